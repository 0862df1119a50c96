#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "statewall/address.h"

namespace statewall {

/// A view of bytes in network order that no read can leave: what lies beyond its end reads as zero,
/// and a part that reaches beyond is as much of it as there is. So a header that was cut off is
/// read as far as it goes; whether it is whole is asked by `size`.
class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr Bytes(std::span<const std::uint8_t> bytes) : data_(bytes.data()), size_(bytes.size()) {}

  constexpr std::size_t size() const { return size_; }
  constexpr const std::uint8_t* data() const { return data_; }

  std::uint8_t u8(std::size_t at) const { return holds(at, 1) ? data_[at] : std::uint8_t{0}; }

  std::uint16_t u16(std::size_t at) const {
    if (!holds(at, 2)) return 0;
    return static_cast<std::uint16_t>(data_[at] << 8 | data_[at + 1]);
  }

  std::uint32_t u32(std::size_t at) const {
    if (!holds(at, 4)) return 0;
    return std::uint32_t{data_[at]} << 24 | std::uint32_t{data_[at + 1]} << 16 |
           std::uint32_t{data_[at + 2]} << 8 | data_[at + 3];
  }

  /// Written as two whole words: sums and keys read it as such a moment later.
  Address ipv4(std::size_t at) const {
    Address address;
    if (!holds(at, 4)) return address;
    std::uint32_t word;
    std::memcpy(&word, data_ + at, sizeof word);
    constexpr int kShift = std::endian::native == std::endian::little ? 0 : 32;
    const std::uint64_t wide = std::uint64_t{word} << kShift;
    std::memcpy(address.bytes.data(), &wide, sizeof wide);
    return address;
  }
  Address ipv6(std::size_t at) const {
    Address address;
    if (holds(at, 16)) std::memcpy(address.bytes.data(), data_ + at, 16);
    return address;
  }

  Bytes from(std::size_t at) const {
    const std::size_t skipped = std::min(at, size_);
    return {data_ + skipped, size_ - skipped};
  }

  Bytes first(std::size_t count) const { return {data_, std::min(count, size_)}; }

 private:
  constexpr Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  bool holds(std::size_t at, std::size_t count) const {
    return count <= size_ && at <= size_ - count;
  }

  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace statewall
