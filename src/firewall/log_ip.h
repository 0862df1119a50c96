#pragma once

#include <cstdint>

#include "firewall/text_writer.h"
#include "rules/target.h"
#include "wire/bytes.h"

namespace statewall {

/// One packet, or one that it quotes, on its way into a log line.
struct LogPacket {
  const rules::LogTarget& target;
  Bytes ip;
  std::uint32_t length = 0;  ///< bytes from its IP header to the end of the whole packet
  bool quoted = false;
  bool modern = true;
  // Of the packet itself: what rules changed.
  std::uint8_t tos = 0, ttl = 0;
};

/// "SRC=... PROTO=..." of IPv4 (H19-H23). False where the line ends with it.
bool log_ipv4(TextWriter& out, const LogPacket& packet);
/// The same of IPv6.
bool log_ipv6(TextWriter& out, const LogPacket& packet);

}  // namespace statewall
