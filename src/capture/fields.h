#pragma once

#include <cstddef>
#include <cstdint>
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
    const std::uint8_t* p = bytes_.data() + offset;
    std::uint64_t value = 0;
    if (order_ == ByteOrder::little) {
      for (std::size_t i = kSize; i-- > 0;) value = value << 8 | p[i];
    } else {
      for (std::size_t i = 0; i < kSize; ++i) value = value << 8 | p[i];
    }
    return value;
  }

  ByteOrder order_;
  std::span<const std::uint8_t> bytes_;
};

}  // namespace statewall
