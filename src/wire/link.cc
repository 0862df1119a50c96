#include "wire/link.h"

namespace statewall {
namespace {

// Below this, the field of an Ethernet frame is a length (IEEE 802.3 3.2.6), and that of a cooked
// capture a dummy protocol number.
constexpr std::uint16_t kMinEthertype = 0x0600;

LinkHeader fail(WireError error) {
  LinkHeader header;
  header.error = error;
  return header;
}

bool is_vlan_tag(std::uint16_t type) {
  constexpr std::uint16_t k8021Q = 0x8100, k8021ad = 0x88a8, kOldQinQ = 0x9100;
  return type == k8021Q || type == k8021ad || type == kOldQinQ;
}

// A link header that ends in an EtherType at `type_at`, behind which tags may stand.
LinkHeader read_ethertype(Bytes frame, std::size_t type_at, std::size_t length) {
  LinkHeader header;
  std::uint16_t type = frame.u16(type_at);
  while (length <= frame.size() && is_vlan_tag(type) && header.vlan_tags < kMaxVlanTags) {
    if (header.vlan_tags == 0) header.vlan = frame.u16(length) & 0x0fff;
    type = frame.u16(length + 2);
    length += 4;
    ++header.vlan_tags;
  }
  if (length > frame.size()) return fail(WireError::link_short);
  header.length = static_cast<std::uint8_t>(length);
  header.ethertype = type < kMinEthertype ? std::uint16_t{0} : type;
  if (type != ethertype::ipv4 && type != ethertype::ipv6) header.error = WireError::not_ip;
  return header;
}

LinkHeader ip_at(std::uint8_t offset, std::uint16_t type) {
  LinkHeader header;
  header.length = offset;
  header.ethertype = type;
  if (type == 0) header.error = WireError::not_ip;
  return header;
}

// AF_INET is 2 everywhere; AF_INET6 is what the capturing system calls it.
std::uint16_t ethertype_of_family(std::uint32_t family) {
  constexpr std::uint32_t kInet = 2, kLinux = 10, kNetBsd = 24, kFreeBsd = 28, kDarwin = 30;
  switch (family) {
    case kInet: return ethertype::ipv4;
    case kLinux:
    case kNetBsd:
    case kFreeBsd:
    case kDarwin: return ethertype::ipv6;
    default: return 0;
  }
}

// The family in network order; a capturing host that is little-endian shows by its large value.
LinkHeader read_family(Bytes frame, bool either_order) {
  if (frame.size() < 4) return fail(WireError::link_short);
  std::uint32_t family = frame.u32(0);
  if (either_order && family > 0xffff) {
    family = family >> 24 | (family >> 8 & 0xff00) | (family << 8 & 0xff0000) | family << 24;
  }
  return ip_at(4, ethertype_of_family(family));
}

LinkHeader read_raw(Bytes frame) {
  if (frame.size() == 0) return fail(WireError::link_short);
  switch (frame.u8(0) >> 4) {
    case 4: return ip_at(0, ethertype::ipv4);
    case 6: return ip_at(0, ethertype::ipv6);
    default: return ip_at(0, 0);
  }
}

}  // namespace

LinkHeader read_link(Bytes frame, LinkType link) {
  switch (link) {
    case LinkType::ethernet: return read_ethertype(frame, 12, 14);
    case LinkType::linux_cooked: return read_ethertype(frame, 14, 16);
    case LinkType::linux_cooked_v2: return read_ethertype(frame, 0, 20);
    case LinkType::null: return read_family(frame, true);
    case LinkType::loop: return read_family(frame, false);
    case LinkType::raw:
    case LinkType::raw_bsd: return read_raw(frame);
    case LinkType::ipv4: return ip_at(0, ethertype::ipv4);
    case LinkType::ipv6: return ip_at(0, ethertype::ipv6);
  }
  return fail(WireError::link_unsupported);
}

bool supported(LinkType link) {
  return read_link(Bytes(), link).error != WireError::link_unsupported;
}

}  // namespace statewall
