#pragma once

#include "wire/reading.h"

// ICMP (RFC 792) and ICMPv6 (RFC 4443), which share their first 8 bytes.

namespace statewall {

inline constexpr std::size_t kIcmpHeader = 8;

/// Type, code, identifier and sequence number, as far as `message` goes.
void read_icmp_fields(Bytes message, Headers& headers);

/// Reads the message of either version, and the quote of an error, whose own flaws are told by
/// `Quote::error` alone. No quote is read from a fragment, since the rest of it is in another; but
/// under `verify`, as a host that takes it for the whole.
WireError read_icmp(const Reading& reading, Bytes message, Packet& packet);

}  // namespace statewall
