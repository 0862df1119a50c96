#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace statewall {

/// Pseudo-random numbers (SplitMix64): the same seed gives the same on every machine, which those
/// of the C++ library do not promise once a range is asked for. Nor does the language promise in
/// which order the arguments of a call are made: no two of them may draw.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t u64() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint32_t u32() { return static_cast<std::uint32_t>(u64() >> 32); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(u64() >> 48); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(u64() >> 56); }

  /// 0 to n-1. REQUIRES: n is not 0.
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>(std::uint64_t{u32()} * n >> 32);
  }
  /// `least` to `most`, both included.
  std::int32_t between(std::int32_t least, std::int32_t most) {
    return least + static_cast<std::int32_t>(below(static_cast<std::uint32_t>(most - least) + 1));
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  bool per_mille(std::uint32_t n) { return below(1000) < n; }

  template <typename T, std::size_t n>
  const T& of(const T (&list)[n]) {
    return list[below(n)];
  }
  template <typename T>
  T& of(std::span<T> list) {
    return list[below(static_cast<std::uint32_t>(list.size()))];
  }

  /// An index into these weights, each as often as it weighs; 0 if all are 0.
  std::size_t weighted(std::span<const std::uint32_t> weights) {
    std::uint32_t sum = 0;
    for (const std::uint32_t weight : weights) sum += weight;
    if (sum == 0) return 0;
    std::uint32_t left = below(sum);
    std::size_t at = 0;
    while (left >= weights[at]) left -= weights[at++];
    return at;
  }

 private:
  std::uint64_t state_;
};

}  // namespace statewall
