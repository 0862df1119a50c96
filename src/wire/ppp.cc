#include "wire/link_layers.h"

// PPP and what is framed like it.

namespace statewall {
namespace {

constexpr std::uint8_t kAllStations = 0xff, kUnnumberedInformation = 0x03;

// RFC 5332 for the upstream-assigned labels; all others carry no packet as it is.
std::uint16_t ethertype_of_ppp(std::uint16_t protocol) {
  switch (protocol) {
    case 0x0021: return ethertype::ipv4;
    case 0x0057: return ethertype::ipv6;
    case 0x0281: return ethertype::mpls;
    case 0x0283: return ethertype::mpls_upstream;
    default: return 0;
  }
}

// A number below 256 may have been compressed to its second byte, which is odd (RFC 1661 6.5).
void read_protocol(Bytes frame, std::uint16_t otherwise, LinkHeader& header) {
  const std::uint32_t at = header.length;
  const bool compressed = (frame.u8(at) & 1) != 0;
  if (!take(frame, header, compressed ? 1 : 2)) return;
  const std::uint16_t type = ethertype_of_ppp(compressed ? frame.u8(at) : frame.u16(at));
  end_with(header, type == 0 ? otherwise : type);
}

}  // namespace

void read_ppp(Bytes frame, LinkHeader& header) {
  const std::uint32_t at = header.length;
  // 0xff is no protocol: it is reserved, so that the address can be left out (RFC 1661 6.6).
  if (frame.u8(at) == kAllStations) {
    if (!take(frame, header, 2)) return;
    if (frame.u8(at + 1) != kUnnumberedInformation) return end_with(header, 0);
  }
  read_protocol(frame, 0, header);
}

void read_ppp_serial(Bytes frame, LinkHeader& header) {
  constexpr std::uint8_t kUnicast = 0x0f, kBroadcast = 0x8f;
  const std::uint8_t address = frame.u8(header.length);
  if (address == kUnicast || address == kBroadcast) return read_cisco_hdlc(frame, header);
  read_ppp(frame, header);
}

// Version and type, code, session, length; then PPP without address and control.
void read_pppoe(Bytes frame, LinkHeader& header) {
  constexpr std::uint8_t kVersionAndType = 0x11, kSessionData = 0;
  const std::uint32_t at = header.length;
  if (!take(frame, header, 6)) return;
  if (frame.u8(at) != kVersionAndType || frame.u8(at + 1) != kSessionData) {
    return end_with(header, ethertype::pppoe_session);
  }
  read_protocol(frame, ethertype::pppoe_session, header);
}

// Address, control, EtherType.
void read_cisco_hdlc(Bytes frame, LinkHeader& header) {
  if (take(frame, header, 4)) read_ethertype(frame, frame.u16(header.length - 2), header);
}

}  // namespace statewall
