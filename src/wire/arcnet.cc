#include "wire/link_layers.h"

// ARCNET: addresses and a type, then for all but the oldest protocols (RFC 1051) a flag and a
// number of the fragment (RFC 1201). Only what is not fragmented is read.

namespace statewall {
namespace {

constexpr std::uint8_t kOldIp = 240, kOldArp = 241, kIpv4 = 212, kIpv6 = 196, kArp = 213;

std::uint16_t ethertype_of_arcnet(std::uint8_t type) {
  constexpr std::uint16_t kEthertypeArp = 0x0806;
  switch (type) {
    case kOldIp:
    case kIpv4: return ethertype::ipv4;
    case kIpv6: return ethertype::ipv6;  // RFC 2497
    case kOldArp:
    case kArp: return kEthertypeArp;
    default: return 0;
  }
}

// The frame's header up to the type, of `length` bytes.
void read_type(Bytes frame, std::size_t length, LinkHeader& header) {
  constexpr std::uint8_t kExtended = 0xff;  // the flag of short frames that were filled up
  if (!take(frame, header, length)) return;
  const std::uint8_t type = frame.u8(header.length - 1);
  const std::uint16_t carries = ethertype_of_arcnet(type);
  if (type == kOldIp || type == kOldArp || carries == 0) return end_with(header, carries);

  std::uint32_t flag_at = header.length;
  if (!take(frame, header, 3)) return;
  if (frame.u8(flag_at) == kExtended) {
    flag_at += 4;
    if (!take(frame, header, 4)) return;
  }
  end_with(header, frame.u8(flag_at) == 0 ? carries : std::uint16_t{0});
}

}  // namespace

// Source, destination, type.
void read_arcnet(Bytes frame, LinkHeader& header) { read_type(frame, 3, header); }

// Linux keeps the two bytes of the offset in the card's buffer before the type.
void read_arcnet_linux(Bytes frame, LinkHeader& header) { read_type(frame, 5, header); }

}  // namespace statewall
