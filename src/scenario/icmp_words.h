#pragma once

#include <cstdint>
#include <optional>

#include "scenario/line.h"

namespace statewall {

/// A type of ICMP, ICMPv6 or IGMP, and its code where the word says it.
struct IcmpWord {
  std::uint8_t type = 0;
  std::optional<std::uint8_t> code;
};

/// Each takes a type: a name, a number, or TYPE/CODE. Nothing after an error.
std::optional<IcmpWord> take_icmp_type(Line& line);
std::optional<IcmpWord> take_icmp6_type(Line& line);
std::optional<IcmpWord> take_igmp_type(Line& line);

}  // namespace statewall
