#include "wire/udp.h"

#include "wire/checksum.h"

namespace statewall {
namespace {

constexpr std::size_t kUdpHeader = 8;
constexpr std::uint8_t kChecksumAt = 6;

// A sender over IPv4 may leave it out; over IPv6 a checksum of 0 is wrong (RFC 8200 8.1).
bool has_no_checksum(Bytes segment, Family family) {
  return family == Family::ipv4 && segment.size() >= kUdpHeader && segment.u16(kChecksumAt) == 0;
}

// A length that was left to the network card is 0, as in a jumbogram (RFC 2675 4).
std::uint32_t length_of(Bytes segment, const Packet& packet) {
  const std::uint16_t length = segment.u16(4);
  return length == 0 && packet.length_offloaded ? packet.l4_length : length;
}

}  // namespace

WireError read_udp(const Reading& reading, Bytes segment, Packet& packet) {
  packet.headers.source_port = segment.u16(0);
  packet.headers.destination_port = segment.u16(2);

  const bool whole = segment.size() >= kUdpHeader;
  const std::uint32_t length = whole ? length_of(segment, packet) : packet.l4_length;
  if (whole && (length < kUdpHeader || length > packet.l4_length)) return WireError::udp_length;
  if (!has_no_checksum(segment, packet.headers.family)) {
    packet.l4_checksum = judge_transport(
        reading, packet, segment,
        {.length = length, .field_at = kChecksumAt, .pseudo_header = true, .offloadable = true});
  }
  return whole ? WireError::none : WireError::udp_short;
}

}  // namespace statewall
