#pragma once

#include "wire/reading.h"

// UDP (RFC 768) and UDP-Lite (RFC 3828), whose checksum goes over as much as it says.

namespace statewall {

inline constexpr std::size_t kUdpHeader = 8;
inline constexpr std::uint8_t kUdpChecksumAt = 6;

/// The first four bytes of UDP, and of what is like it, as far as `segment` goes.
inline void read_ports(Bytes segment, Headers& headers) {
  headers.source_port = segment.u16(0);
  headers.destination_port = segment.u16(2);
}

WireError read_udp(const Reading& reading, Bytes segment, Packet& packet);
WireError read_udplite(const Reading& reading, Bytes segment, Packet& packet);

}  // namespace statewall
