#pragma once

#include "wire/reading.h"

// IPv4 (RFC 791).

namespace statewall {

inline constexpr std::size_t kIpv4MinHeader = 20;

/// What the 20 fixed bytes say of the packet they head, nothing of it checked, but for whether it
/// is a fragment.
inline void read_ipv4_fields(WholeBytes ip, Headers& headers) {
  headers.family = Family::ipv4;
  headers.source = ip.ipv4(12);
  headers.destination = ip.ipv4(16);
  headers.protocol = ip.u8(9);
  headers.ttl = ip.u8(8);
}

/// ... and whether it is one.
inline void read_ipv4_fragment(WholeBytes ip, Headers& headers) {
  const std::uint16_t fragment = ip.u16(6);
  headers.more_fragments = (fragment & 0x2000) != 0;
  headers.fragment_offset = static_cast<std::uint16_t>((fragment & 0x1fff) * 8);
}

/// Where the header ends that `header` begins, by its IHL, which may be below the minimum.
inline std::size_t ipv4_header_length(Bytes header) { return std::size_t{header.u8(0)} % 16 * 4; }

/// Reads the header at packet.l3_offset; sets where the transport begins, unless the packet is a
/// later fragment. The lengths are judged first, so that what a cut took is not held against it.
WireError read_ipv4(Reading& reading, Packet& packet);

}  // namespace statewall
