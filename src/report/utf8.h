#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Text from outside, which may be any bytes: names of files and interfaces, comments.

namespace statewall {

/// U+FFFD, which stands for what cannot be shown.
inline constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// The character that a text begins with.
struct Utf8 {
  std::size_t length;  ///< bytes taken, at least 1
  bool valid;          ///< or only the beginning of a character, or no part of one
};

/// REQUIRES: `text` is not empty.
Utf8 next_utf8(std::string_view text);

/// The text with U+FFFD in the place of control characters and of what is not UTF-8: it has one
/// line, and any document can hold it.
std::string shown(std::string_view text);

}  // namespace statewall
