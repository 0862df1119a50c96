#pragma once

#include <cstdint>

namespace statewall::bench {

/// xorshift64: the choice of flows costs a few instructions.
class Random {
 public:
  Random() = default;
  /// REQUIRES: `seed` is not 0.
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint32_t below(std::uint32_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>((state_ >> 32) * limit >> 32);
  }

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15;
};

}  // namespace statewall::bench
