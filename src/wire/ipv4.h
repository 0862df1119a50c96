#pragma once

#include "wire/reading.h"

// IPv4 (RFC 791).

namespace statewall {

inline constexpr std::size_t kIpv4MinHeader = 20;

/// What the 20 fixed bytes say of the packet they head, nothing of it checked.
void read_ipv4_fields(Bytes header, Headers& headers);

/// Where the header ends that `header` begins, by its IHL, which may be below the minimum.
std::size_t ipv4_header_length(Bytes header);

/// Reads the header at packet.l3_offset; sets where the transport begins, unless the packet is a
/// later fragment. The lengths are judged first, so that what a cut took is not held against it.
WireError read_ipv4(Reading& reading, Packet& packet);

}  // namespace statewall
