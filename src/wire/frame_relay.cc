#include "wire/link_layers.h"

// Frame relay: the address of ITU-T Q.922, and either the headers of RFC 2427 or an EtherType, as
// Cisco's routers do by default.

namespace statewall {
namespace {

constexpr std::uint8_t kUnnumberedInformation = 0x03;

// The last byte of an address has the lowest bit set. There are two to four.
bool read_address(Bytes frame, LinkHeader& header) {
  constexpr int kLeast = 2, kMost = 4;
  for (int length = 1; length <= kMost; ++length) {
    if (!take(frame, header, 1)) return false;
    if ((frame.u8(header.length - 1) & 1) == 0) continue;
    if (length >= kLeast) return true;
    break;
  }
  end_with(header, 0);
  return false;
}

// The network layer's protocol identifier (ISO/IEC TR 9577).
void read_nlpid(Bytes frame, LinkHeader& header) {
  constexpr std::uint8_t kPad = 0x00, kSnap = 0x80, kIpv6 = 0x8e, kIpv4 = 0xcc, kPpp = 0xcf;
  if (!take(frame, header, 1)) return;
  if (frame.u8(header.length - 1) == kPad && !take(frame, header, 1)) return;
  switch (frame.u8(header.length - 1)) {
    case kIpv4: return end_with(header, ethertype::ipv4);
    case kIpv6: return end_with(header, ethertype::ipv6);
    case kSnap: return read_snap(frame, header);
    case kPpp: return read_ppp(frame, header);  // RFC 1973
    default: return end_with(header, 0);
  }
}

}  // namespace

void read_frame_relay(Bytes frame, LinkHeader& header) {
  if (!read_address(frame, header)) return;
  const std::uint32_t at = header.length;
  if (!take(frame, header, 1)) return;
  if (frame.u8(at) == kUnnumberedInformation) return read_nlpid(frame, header);
  if (take(frame, header, 1)) read_ethertype(frame, frame.u16(at), header);
}

// FRF.16: two bytes that number the fragments. Only what is not fragmented is read.
void read_multilink_frame_relay(Bytes frame, LinkHeader& header) {
  constexpr std::uint8_t kBeginning = 0x80, kEnd = 0x40, kControl = 0x20;
  if (!take(frame, header, 2)) return;
  const std::uint8_t bits = frame.u8(0) & (kBeginning | kEnd | kControl);
  if (bits != (kBeginning | kEnd)) return end_with(header, 0);
  read_frame_relay(frame, header);
}

}  // namespace statewall
