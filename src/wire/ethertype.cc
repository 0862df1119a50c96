#include "wire/link_layers.h"

// Ethernet and what EtherTypes lead to.

namespace statewall {
namespace {

// Below this, the field of an Ethernet frame is a length (IEEE 802.3 3.2.6), and that of a cooked
// capture a dummy protocol number.
constexpr std::uint16_t kMinEthertype = 0x0600;
constexpr std::uint16_t kMaxLength8023 = 1500;

bool is_vlan_tag(std::uint16_t type) {
  constexpr std::uint16_t k8021Q = 0x8100, k8021ad = 0x88a8, kOldQinQ = 0x9100;
  return type == k8021Q || type == k8021ad || type == kOldQinQ;
}

// MACsec (IEEE 802.1AE 9.3): two bits of the first byte say that the rest is encrypted or changed,
// one that eight more bytes name the channel. 0 if what follows cannot be read.
std::size_t macsec_length(std::uint8_t control) {
  constexpr std::uint8_t kEncrypted = 0x08, kChanged = 0x04, kChannel = 0x20;
  if ((control & (kEncrypted | kChanged)) != 0) return 0;
  return (control & kChannel) != 0 ? 16 : 8;
}

// Tags other than VLANs that end in another EtherType; 0 if this is none.
std::size_t other_tag_length(std::uint16_t type, std::uint8_t first_byte) {
  constexpr std::uint16_t kVnTag = 0x8926, kETag = 0x893f, kMacsec = 0x88e5,
                          kFabricPath = 0x8903;  // a tag, and the Ethernet header it was put before
  switch (type) {
    case kVnTag: return 6;
    case kETag: return 8;
    case kFabricPath: return 16;
    case kMacsec: return macsec_length(first_byte);
    default: return 0;
  }
}

// The tags at header.length, and the EtherType behind them.
bool read_tags(Bytes frame, std::uint16_t& type, LinkHeader& header) {
  for (int tags = 0; tags < kMaxVlanTags; ++tags) {
    const bool vlan = is_vlan_tag(type);
    const std::uint32_t at = header.length;
    const std::size_t length = vlan ? 4 : other_tag_length(type, frame.u8(at));
    if (length == 0) return true;
    if (!take(frame, header, length)) return false;
    type = frame.u16(header.length - 2);
    if (!vlan) continue;
    if (header.vlan_tags == 0) header.vlan = frame.u16(at) & 0x0fff;
    ++header.vlan_tags;
  }
  return true;
}

void read_behind_tags(Bytes frame, std::uint16_t type, LinkHeader& header) {
  if (type == ethertype::pppoe_session) return read_pppoe(frame, header);
  end_with(header, type < kMinEthertype ? std::uint16_t{0} : type);
}

}  // namespace

void read_ethertype(Bytes frame, std::uint16_t type, LinkHeader& header) {
  if (read_tags(frame, type, header)) read_behind_tags(frame, type, header);
}

void read_ethernet(Bytes frame, LinkHeader& header) {
  if (!take(frame, header, 14)) return;
  std::uint16_t type = frame.u16(header.length - 2);
  if (!read_tags(frame, type, header)) return;
  if (type <= kMaxLength8023) return read_llc(frame, header);
  read_behind_tags(frame, type, header);
}

}  // namespace statewall
