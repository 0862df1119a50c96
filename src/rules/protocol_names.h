#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace statewall::rules {

/// The name by which `-p` is printed; empty for a number without one.
std::string_view protocol_name(std::uint8_t number);
/// "tcp", "TCP", "ipv6-icmp", "icmpv6", or a number. 0 is "all".
std::optional<std::uint8_t> parse_protocol(std::string_view text);
/// Every name, for suggestions.
std::span<const std::string_view> known_protocols();

}  // namespace statewall::rules
