#pragma once

#include <cstdint>

#include "firewall/text_writer.h"
#include "rules/target.h"
#include "wire/bytes.h"

namespace statewall {

/// What LOG says of the headers behind IP, shared by both families. `rest` is the packet from the
/// transport header on, `left` how many bytes it says that it has there, which for a quote may be
/// more, or wrapped around below zero. Each returns false where nothing more is said of the packet.

/// "PROTO=TCP SPT=..."
bool log_tcp(TextWriter& out, const rules::LogTarget& target, Bytes rest, std::uint32_t left,
             bool later_fragment);
/// "PROTO=UDP SPT=...", or UDPLITE.
bool log_udp(TextWriter& out, std::uint8_t protocol, Bytes rest, std::uint32_t left,
             bool later_fragment);
/// "INCOMPLETE [7 bytes] "
void log_incomplete(TextWriter& out, std::uint32_t bytes);
/// "OPT (0102) "
void log_options(TextWriter& out, Bytes options);

}  // namespace statewall
