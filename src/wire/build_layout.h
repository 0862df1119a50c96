#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

// What the functions of build.h share: numbers in network order, and a header with its options
// before its payload.

namespace statewall::build {

inline constexpr std::size_t kMaxOptions = 40;
inline constexpr std::size_t kMaxLength = 0xffff;

using Output = std::span<std::uint8_t>;
using Input = std::span<const std::uint8_t>;

inline void put16(Output out, std::size_t at, std::size_t value) {
  out[at] = static_cast<std::uint8_t>(value >> 8);
  out[at + 1] = static_cast<std::uint8_t>(value);
}

inline void put32(Output out, std::size_t at, std::uint32_t value) {
  put16(out, at, value >> 16);
  put16(out, at + 2, value);
}

constexpr std::size_t padded(std::size_t options) { return (options + 3) / 4 * 4; }

// The part of `out` that a header with these options and its payload fill, header zeroed and
// payload copied; empty if they do not fit.
inline Output lay_out(Output out, std::size_t fixed, Input options, Input payload) {
  const std::size_t header = fixed + padded(options.size());
  if (options.size() > kMaxOptions || payload.size() > kMaxLength - header) return {};
  if (out.size() < header + payload.size()) return {};
  out = out.first(header + payload.size());
  std::fill_n(out.begin(), header, std::uint8_t{0});
  std::ranges::copy(options, out.begin() + static_cast<std::ptrdiff_t>(fixed));
  std::ranges::copy(payload, out.begin() + static_cast<std::ptrdiff_t>(header));
  return out;
}

}  // namespace statewall::build
