#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace statewall {

/// What all reports are appended to: grows, and is reused from line to line.
using Buffer = fmt::memory_buffer;

/// Appends text as it is: braces in it mean nothing.
inline void append(Buffer& out, std::string_view text) {
  // As fmt's own append, but inlined: lines are made of dozens of such pieces.
  const std::size_t size = out.size();
  out.resize(size + text.size());
  std::copy(text.begin(), text.end(), out.data() + size);
}

/// Appends values in fmt's format.
template <typename First, typename... Rest>
void append(Buffer& out, fmt::format_string<First, Rest...> format, First&& first, Rest&&... rest) {
  fmt::format_to(fmt::appender(out), format, std::forward<First>(first),
                 std::forward<Rest>(rest)...);
}

/// Appends a number in decimal: half the lines of a report are numbers, and this is the quick way.
inline void append_number(Buffer& out, std::uint64_t number) {
  const fmt::format_int digits(number);
  append(out, std::string_view(digits.data(), digits.size()));
}

/// The same in at least `width` columns, behind spaces or zeros.
inline void append_number(Buffer& out, std::uint64_t number, std::size_t width, char fill = ' ') {
  const fmt::format_int digits(number);
  for (std::size_t i = digits.size(); i < width; ++i) out.push_back(fill);
  append(out, std::string_view(digits.data(), digits.size()));
}

/// Appends text of one-byte characters, padded with spaces to `width`.
inline void append_padded(Buffer& out, std::string_view text, std::size_t width) {
  append(out, text);
  for (std::size_t i = text.size(); i < width; ++i) out.push_back(' ');
}

}  // namespace statewall
