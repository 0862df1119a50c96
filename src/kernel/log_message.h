#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/netlink_message.h"

namespace statewall {

/// A packet that netfilter logged (NFLOG). Prefix and payload point into the bytes that were read.
struct LogMessage {
  std::uint16_t group = 0;
  std::string_view prefix;                ///< what the rule, or the kernel, says of it
  std::optional<std::uint32_t> number;    ///< of the frame, where its link header is told
  std::uint32_t mark = 0;                 ///< of the packet
  std::uint32_t out = 0;                  ///< index of the interface it leaves by; 0: none
  std::span<const std::uint8_t> payload;  ///< the IP packet, where it is told
};

/// Reads a netlink message as one; nothing if it is of another kind.
std::optional<LogMessage> read_log_message(const NetlinkMessage& message);

/// The number of a frame stands in its source address, 02:00 and four bytes: no host that
/// answers or forwards it changes that.
inline constexpr std::uint8_t kNumberPrefix[] = {0x02, 0x00};

}  // namespace statewall
