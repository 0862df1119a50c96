#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace statewall {

enum class ByteOrder : std::uint8_t { little, big };

/// Numbers in a piece of a capture file, which is written in the byte order of the machine that
/// captured. A view: the bytes must outlive it.
class Fields {
 public:
  Fields(ByteOrder order, std::span<const std::uint8_t> bytes) : order_(order), bytes_(bytes) {}

  std::span<const std::uint8_t> bytes() const { return bytes_; }

  /// REQUIRES: the number that starts at `offset` ends within the bytes.
  std::uint16_t u16(std::size_t offset) const {
    return static_cast<std::uint16_t>(number<2>(offset));
  }
  std::uint32_t u32(std::size_t offset) const {
    return static_cast<std::uint32_t>(number<4>(offset));
  }
  std::uint64_t u64(std::size_t offset) const { return number<8>(offset); }

 private:
  template <std::size_t kSize>
  std::uint64_t number(std::size_t offset) const {
    std::uint64_t value = 0;
    constexpr bool kLittle = std::endian::native == std::endian::little;
    std::memcpy(reinterpret_cast<std::uint8_t*>(&value) + (kLittle ? 0 : 8 - kSize),
                bytes_.data() + offset, kSize);
    if ((order_ == ByteOrder::little) == kLittle) return value;
    return __builtin_bswap64(value) >> (8 - kSize) * 8;
  }

  ByteOrder order_;
  std::span<const std::uint8_t> bytes_;
};

}  // namespace statewall
