#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace statewall {

/// Appends the bytes that the text says in hexadecimal, two digits each; `0x` may stand before
/// them, blanks between bytes. False if it says something else.
bool append_hex(std::vector<std::uint8_t>& bytes, std::string_view text);

/// "0f80..", without a prefix; a blank after each `group` bytes, if it is not 0.
std::string hex_text(std::span<const std::uint8_t> bytes, std::size_t group = 0);

}  // namespace statewall
