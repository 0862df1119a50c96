#pragma once

#include <optional>
#include <string_view>

#include "statewall/address.h"

namespace statewall::rules {

/// An address as it is written: IPv4 in four decimal numbers, IPv6 in any of its text forms
/// (RFC 4291 2.2). Nothing if the text is not one.
std::optional<Address> parse_address(std::string_view text, Family family);

}  // namespace statewall::rules
