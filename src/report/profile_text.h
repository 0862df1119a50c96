#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/profile.h"

namespace statewall {

/// A switch's value as people write it and `set_switch` reads it: "on", "30", "3,4,5,11,12",
/// "none", "tutorial".
std::string switch_value_text(const Switch& row, std::uint32_t value);

/// What a switch takes: "on or off", "0 to 2147483 seconds", "some of the ICMP types 3,4,5,11,12,
/// or none".
std::string switch_range_text(const Switch& row);

/// The names there are, for suggestions and lists.
std::vector<std::string_view> profile_names();
std::vector<std::string_view> switch_names();

}  // namespace statewall
