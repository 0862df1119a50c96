#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "statewall/address.h"

namespace statewall {

/// Bytes in network order where it is known that there are enough of them: nothing is checked.
class WholeBytes {
 public:
  explicit WholeBytes(const std::uint8_t* data) : data_(data) {}

  const std::uint8_t* data() const { return data_; }

  std::uint8_t u8(std::size_t at) const { return data_[at]; }
  std::uint16_t u16(std::size_t at) const {
    return static_cast<std::uint16_t>(data_[at] << 8 | data_[at + 1]);
  }
  std::uint32_t u32(std::size_t at) const {
    return std::uint32_t{data_[at]} << 24 | std::uint32_t{data_[at + 1]} << 16 |
           std::uint32_t{data_[at + 2]} << 8 | data_[at + 3];
  }

  /// Written as two whole words: sums and keys read it as such a moment later.
  Address ipv4(std::size_t at) const {
    Address address;
    std::uint32_t word;
    std::memcpy(&word, data_ + at, sizeof word);
    constexpr int kShift = std::endian::native == std::endian::little ? 0 : 32;
    const std::uint64_t wide = std::uint64_t{word} << kShift;
    std::memcpy(address.bytes.data(), &wide, sizeof wide);
    return address;
  }
  Address ipv6(std::size_t at) const {
    Address address;
    std::memcpy(address.bytes.data(), data_ + at, 16);
    return address;
  }

 private:
  const std::uint8_t* data_;
};

/// A view of bytes in network order that no read can leave: what lies beyond its end reads as zero,
/// and a part that reaches beyond is as much of it as there is. So a header that was cut off is
/// read as far as it goes; whether it is whole is asked by `size`.
class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr Bytes(std::span<const std::uint8_t> bytes) : data_(bytes.data()), size_(bytes.size()) {}

  constexpr std::size_t size() const { return size_; }
  constexpr const std::uint8_t* data() const { return data_; }

  std::uint8_t u8(std::size_t at) const { return holds(at, 1) ? whole().u8(at) : std::uint8_t{0}; }
  std::uint16_t u16(std::size_t at) const {
    return holds(at, 2) ? whole().u16(at) : std::uint16_t{0};
  }
  std::uint32_t u32(std::size_t at) const { return holds(at, 4) ? whole().u32(at) : 0; }
  Address ipv4(std::size_t at) const { return holds(at, 4) ? whole().ipv4(at) : Address{}; }
  Address ipv6(std::size_t at) const { return holds(at, 16) ? whole().ipv6(at) : Address{}; }

  Bytes from(std::size_t at) const {
    const std::size_t skipped = std::min(at, size_);
    return {data_ + skipped, size_ - skipped};
  }

  Bytes first(std::size_t count) const { return {data_, std::min(count, size_)}; }

  /// REQUIRES: of the bytes from here on only such are read as are there.
  WholeBytes whole() const { return WholeBytes(data_); }

 private:
  constexpr Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  bool holds(std::size_t at, std::size_t count) const {
    return count <= size_ && at <= size_ - count;
  }

  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Reads a header of so many bytes by `read`, which takes its bytes of either kind: where all are
/// there, as nearly always, they are looked for once and not number by number.
template <std::size_t size, typename Read>
[[gnu::always_inline]] inline void read_header(Bytes bytes, Read&& read) {
  if (bytes.size() >= size) [[likely]] {
    read(bytes.whole());
  } else {
    read(bytes);
  }
}

}  // namespace statewall
