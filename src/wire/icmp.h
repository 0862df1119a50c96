#pragma once

#include "wire/reading.h"

// ICMP (RFC 792) and ICMPv6 (RFC 4443), which share their first 8 bytes.

namespace statewall {

inline constexpr std::size_t kIcmpHeader = 8;

/// Type, code, identifier and sequence number, as far as `message` goes.
inline void read_icmp_fields(Bytes message, Headers& headers) {
  read_header<kIcmpHeader>(message, [&](const auto& icmp) {
    headers.icmp_type = icmp.u8(0);
    headers.icmp_code = icmp.u8(1);
    headers.icmp_id = icmp.u16(4);
    headers.icmp_sequence = icmp.u16(6);
  });
}

/// Reads the quote of an ICMPv4 error.
void read_icmp_quote(Bytes message, Packet& packet);

/// Reads the message of either version, and the quote of an error, whose own flaws are told by
/// `Quote::error` alone. No quote is read from a fragment, since the rest of it is in another; but
/// under `verify`, as a host that takes it for the whole.
WireError read_icmp(const Reading& reading, Bytes message, Packet& packet);

}  // namespace statewall
