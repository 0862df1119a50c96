#include "wire/udp.h"

#include "wire/checksum.h"

namespace statewall {
namespace {

// A sender may leave it out: over IPv4 always, over IPv6 for tunnels (RFC 6935), which a tracker
// cannot tell.
bool has_no_checksum(Bytes segment) {
  return segment.size() >= kUdpHeader && segment.u16(kUdpChecksumAt) == 0;
}

// A length that was left to the network card is 0, as in a jumbogram (RFC 2675 4).
std::uint32_t length_of(Bytes segment, const Packet& packet) {
  const std::uint16_t length = segment.u16(4);
  return length == 0 && packet.length_offloaded ? packet.l4_length : length;
}

}  // namespace

WireError read_udplite(const Reading& reading, Bytes segment, Packet& packet) {
  read_ports(segment, packet.headers);
  if (segment.size() < kUdpHeader) return WireError::udp_short;

  const std::uint16_t told = segment.u16(4);
  const std::uint32_t coverage = told == 0 ? packet.l4_length : told;
  if (coverage < kUdpHeader || coverage > packet.l4_length) return WireError::udplite_coverage;
  if (segment.u16(kUdpChecksumAt) == 0) return WireError::udplite_no_checksum;
  const TransportChecksum over{.length = packet.l4_length,
                               .covered = coverage,
                               .field_at = kUdpChecksumAt,
                               .pseudo_header = true,
                               .offloadable = true};
  packet.l4_checksum = judge_transport(reading, packet, segment, over);
  packet.headers.protocol = protocol::udp;
  packet.udplite_as_udp = judge_transport(reading, packet, segment, over) == Checksum::good;
  packet.headers.protocol = protocol::udplite;
  return WireError::none;
}

WireError read_udp(const Reading& reading, Bytes segment, Packet& packet) {
  read_ports(segment, packet.headers);

  const bool whole = segment.size() >= kUdpHeader;
  const std::uint32_t length = whole ? length_of(segment, packet) : packet.l4_length;
  if (whole && (length < kUdpHeader || length > packet.l4_length)) return WireError::udp_length;
  // What follows the datagram in the packet is no part of it; kernels sum it all the same.
  const bool strict = reading.mode == ChecksumMode::verify;
  if (!has_no_checksum(segment)) {
    packet.l4_checksum = judge_transport(reading, packet, segment,
                                         {.length = strict ? packet.l4_length : length,
                                          .field_at = kUdpChecksumAt,
                                          .pseudo_header = true,
                                          .offloadable = true});
  }
  return whole ? WireError::none : WireError::udp_short;
}

}  // namespace statewall
