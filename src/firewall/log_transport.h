#pragma once

#include <cstdint>

#include "firewall/text_writer.h"
#include "rules/target.h"
#include "wire/bytes.h"

namespace statewall {

/// What LOG says of the headers behind IP, shared by both families.
struct LogTransport {
  Bytes rest;  ///< the packet from the transport header on
  /// How many bytes it says that it has there, which for a quote may be more, or wrapped around
  /// below zero.
  std::uint32_t left = 0;
  bool later_fragment = false;
  bool modern = true;
};

// Each returns false where nothing more is said of the packet.

/// "PROTO=TCP SPT=..."
bool log_tcp(TextWriter& out, const rules::LogTarget& target, const LogTransport& transport);
/// "PROTO=UDP SPT=...", or UDPLITE, which kernels 2.4 did not know.
bool log_udp(TextWriter& out, std::uint8_t protocol, const LogTransport& transport);
/// "INCOMPLETE [7 bytes] "
void log_incomplete(TextWriter& out, std::uint32_t bytes);
/// "OPT (0102) "
void log_options(TextWriter& out, Bytes options);

}  // namespace statewall
