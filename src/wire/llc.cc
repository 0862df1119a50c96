#include "wire/link_layers.h"

// IEEE 802.2 LLC and the links that carry it.

namespace statewall {
namespace {

constexpr std::uint8_t kUnnumberedInformation = 0x03;
constexpr std::uint8_t kSnapSap = 0xaa, kIpSap = 0x06;

// Only organizations whose numbers are EtherTypes: that of RFC 1042, and that of 802.1H.
bool numbers_ethertypes(std::uint32_t organization) {
  return organization == 0x000000 || organization == 0x0000f8;
}

}  // namespace

void read_snap(Bytes frame, LinkHeader& header) {
  const std::uint32_t at = header.length;
  if (!take(frame, header, 5)) return;
  if (!numbers_ethertypes(frame.u32(at) >> 8)) return end_with(header, 0);
  read_ethertype(frame, frame.u16(at + 3), header);
}

void read_llc(Bytes frame, LinkHeader& header) {
  const std::uint32_t at = header.length;
  if (!take(frame, header, 3)) return;
  const std::uint8_t destination = frame.u8(at), source = frame.u8(at + 1);
  const bool information = frame.u8(at + 2) == kUnnumberedInformation;
  if (information && destination == kSnapSap && source == kSnapSap) return read_snap(frame, header);
  const bool ip = information && destination == kIpSap && source == kIpSap;
  end_with(header, ip ? ethertype::ipv4 : std::uint16_t{0});
}

// Access control, frame control, addresses; the first bit of the source says that a route follows,
// whose first five bits of length count itself too (IEEE 802.5 3.3).
void read_token_ring(Bytes frame, LinkHeader& header) {
  constexpr std::uint8_t kLlcFrame = 0x40, kTypeMask = 0xc0;
  if (!take(frame, header, 14)) return;
  if ((frame.u8(1) & kTypeMask) != kLlcFrame) return end_with(header, 0);
  if ((frame.u8(8) & 0x80) != 0) {
    const std::size_t route = frame.u8(header.length) & 0x1f;
    if (!take(frame, header, route < 2 ? 2 : route)) return;
  }
  read_llc(frame, header);
}

// Frame control and addresses (ANSI X3.139); LLC frames have the control 01 in the bits 2 and 3.
void read_fddi(Bytes frame, LinkHeader& header) {
  constexpr std::uint8_t kLlcFrame = 0x10, kTypeMask = 0x30;
  if (!take(frame, header, 13)) return;
  if ((frame.u8(0) & kTypeMask) != kLlcFrame) return end_with(header, 0);
  read_llc(frame, header);
}

// LLC and SNAP (RFC 2225), or bare IP where the virtual channel was set up for it.
void read_atm_clip(Bytes frame, LinkHeader& header) {
  if (frame.u8(0) == kSnapSap && frame.size() > 0) return read_llc(frame, header);
  read_ip_version(frame, header);
}

// Solaris tells the kind of traffic, the path, and the channel. LAN emulation has two bytes of its
// own before an Ethernet frame.
void read_sunatm(Bytes frame, LinkHeader& header) {
  constexpr std::uint8_t kLanEmulation = 1, kLlc = 2;
  if (!take(frame, header, 4)) return;
  switch (frame.u8(0) & 0x0f) {
    case kLanEmulation:
      if (take(frame, header, 2)) read_ethernet(frame, header);
      return;
    case kLlc: return read_llc(frame, header);
    default: return end_with(header, 0);
  }
}

}  // namespace statewall
