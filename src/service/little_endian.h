#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace statewall {

template <typename T>
concept FixedWidth = std::is_integral_v<T> || std::is_enum_v<T>;

/// Writes numbers one behind the other, least byte first; what it is not told of stays as it is.
/// REQUIRES: the bytes suffice.
class LittleEndianWriter {
 public:
  explicit LittleEndianWriter(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

  template <FixedWidth T>
  void operator()(const T& number) {
    auto rest = static_cast<std::uint64_t>(number);
    for (std::size_t i = 0; i < sizeof(T); ++i, rest >>= 8) {
      bytes_[at_++] = static_cast<std::uint8_t>(rest);
    }
  }
  void skip_to(std::size_t at) { at_ = at; }

 private:
  std::span<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

/// Reads what LittleEndianWriter wrote. REQUIRES: the bytes suffice.
class LittleEndianReader {
 public:
  explicit LittleEndianReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <FixedWidth T>
  void operator()(T& number) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) sum |= std::uint64_t{bytes_[at_++]} << (8 * i);
    if constexpr (std::is_same_v<T, bool>) {
      number = sum != 0;
    } else {
      number = static_cast<T>(sum);
    }
  }
  void skip_to(std::size_t at) { at_ = at; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace statewall
