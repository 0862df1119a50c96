#pragma once

#include <algorithm>
#include <cstdint>

#include "statewall/time.h"

namespace statewall::rules {

/// A rate with a burst, full at the beginning: each packet takes what `period` nanoseconds bring,
/// and at most `burst` of these wait. As nft_limit and xt_limit count, to the nanosecond.
class TokenBucket {
 public:
  TokenBucket() = default;
  TokenBucket(std::uint64_t period, std::uint64_t burst)
      : period_(std::max<std::uint64_t>(period, 1)),
        most_(period_ > kLongest / std::max<std::uint64_t>(burst, 1)
                  ? kLongest
                  : period_ * std::max<std::uint64_t>(burst, 1)),
        tokens_(most_) {}

  /// Takes what `count` packets (or bytes) cost, if it is there.
  bool take(Nanoseconds now, std::uint64_t count = 1) {
    refill(now);
    const std::uint64_t cost = count > kLongest / period_ ? kLongest : count * period_;
    if (tokens_ < cost) return false;
    tokens_ -= cost;
    return true;
  }

 private:
  static constexpr std::uint64_t kLongest = std::uint64_t{1} << 62;

  void refill(Nanoseconds now) {
    if (begun_ && now > last_) {
      const auto passed = static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(last_);
      tokens_ = passed >= most_ - tokens_ ? most_ : tokens_ + passed;
    }
    if (!begun_ || now > last_) last_ = now;
    begun_ = true;
  }

  std::uint64_t period_ = 1;
  std::uint64_t most_ = 1;
  std::uint64_t tokens_ = 1;
  Nanoseconds last_ = 0;
  bool begun_ = false;
};

}  // namespace statewall::rules
