#pragma once

#include <cstdint>

#include "rules/match.h"

namespace statewall::rules {

/// Which packets `-m statistic` takes: those with the numbers `packet`, `packet` + `every`, ...,
/// counted from 0, or some at random from a seed, so that the same packets get the same answers
/// each run.
class StatisticMemory {
 public:
  StatisticMemory() = default;
  StatisticMemory(const StatisticMatch& match, std::uint64_t seed)
      : before_next_(match.packet), random_(seed) {}

  bool take(const StatisticMatch& match) {
    if (!match.nth) return (next_random() & 0x7fffffff) < match.probability;
    if (before_next_ == 0) {
      before_next_ = match.every - 1;
      return true;
    }
    --before_next_;
    return false;
  }

 private:
  /// SplitMix64 (Steele, Lea and Flood, 2014).
  std::uint64_t next_random() {
    std::uint64_t x = random_ += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
  }

  std::uint32_t before_next_ = 0;  ///< packets that pass by before the next one is taken
  std::uint64_t random_ = 0;
};

}  // namespace statewall::rules
