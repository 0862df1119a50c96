#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace statewall {

/// CRC-64/XZ: ECMA-182's polynomial, bits reflected, all ones before and behind. It finds any burst
/// of errors of up to 64 bits, and overlooks others once in 2^64. Of "123456789" it is
/// 0x995dc9bbdf1939fa.
class Crc64 {
 public:
  void add(std::span<const std::uint8_t> bytes);
  std::uint64_t value() const { return ~state_; }

 private:
  std::uint64_t state_ = ~std::uint64_t{0};
};

}  // namespace statewall
