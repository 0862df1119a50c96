#pragma once

#include <algorithm>
#include <cstdint>

#include "rules/match.h"
#include "rules/token_bucket.h"
#include "statewall/time.h"

// What one host may send by `-m hashlimit`: there are three ways to count.

namespace statewall::rules {

/// Bytes: what a second brings, and no more than that waits. A burst is so many bytes beside, which
/// refill it when it is used up, once each. Bytes count in chunks of 16, each packet for one chunk
/// more than it fills.
class ByteRate {
 public:
  ByteRate() = default;
  ByteRate(std::uint64_t bytes_a_second, std::uint64_t burst)
      : chunk_(kSecond / (bytes_a_second / kChunk + 1)), refills_(refills(bytes_a_second, burst)) {}

  /// How often `burst` bytes refill what `bytes_a_second` brings in a second.
  static std::uint64_t refills(std::uint64_t bytes_a_second, std::uint64_t burst) {
    const std::uint64_t each = std::max(round(bytes_a_second), kChunk);
    return burst / each + (burst % each != 0 ? 1 : 0);
  }
  /// A rate as the kernel keeps it: in whole chunks.
  static std::uint64_t round(std::uint64_t bytes) { return bytes / kChunk * kChunk; }

  bool take(Nanoseconds now, std::uint64_t bytes) {
    refill(now);
    const std::uint64_t chunks = bytes / kChunk + 1;
    const std::uint64_t cost = chunk_ > kSecond / chunks ? kSecond : chunk_ * chunks;
    if (credit_ < cost && refills_ != 0) {
      --refills_;
      credit_ = kSecond;
    }
    if (credit_ < cost) return false;
    credit_ -= cost;
    return true;
  }

 private:
  static constexpr std::uint64_t kChunk = 16;
  static constexpr std::uint64_t kPicosecondsPerNanosecond = 1000;
  static constexpr std::uint64_t kSecond = kNanosecondsPerSecond * kPicosecondsPerNanosecond;

  void refill(Nanoseconds now) {
    if (!begun_) last_ = now;
    begun_ = true;
    if (now <= last_) return;
    const auto passed = static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(last_);
    const std::uint64_t brought =
        std::min<std::uint64_t>(passed, kNanosecondsPerSecond) * kPicosecondsPerNanosecond;
    credit_ = std::min(credit_ + brought, kSecond);
    last_ = now;
  }

  std::uint64_t chunk_ = 1;  ///< in picoseconds
  std::uint64_t refills_ = 0;
  std::uint64_t credit_ = kSecond;  ///< in picoseconds
  Nanoseconds last_ = 0;
  bool begun_ = false;
};

/// --hashlimit-rate-match: packets or bytes within an interval, which is over with the first packet
/// behind its end. Who sent more than the rate in one interval has no part in the next.
class IntervalRate {
 public:
  IntervalRate() = default;
  IntervalRate(std::uint64_t rate, std::uint64_t most, Nanoseconds interval)
      : rate_(rate), most_(most), interval_(interval) {}

  bool take(Nanoseconds now, std::uint64_t count) {
    if (!begun_) begin(now);
    begun_ = true;
    if (now - began_ >= interval_) {
      // Against the time that did pass, which may be longer.
      const auto passed = static_cast<double>(now - began_);
      barred_ = static_cast<double>(sent_) * static_cast<double>(interval_) >
                passed * static_cast<double>(rate_);
      begin(now);
    }
    sent_ += count;
    return !barred_ && sent_ <= most_;
  }

 private:
  void begin(Nanoseconds now) {
    began_ = now;
    sent_ = 0;
  }

  std::uint64_t rate_ = 0;  ///< in one interval
  std::uint64_t most_ = 0;  ///< in one interval, the burst included
  Nanoseconds interval_ = kNanosecondsPerSecond;
  std::uint64_t sent_ = 0;
  Nanoseconds began_ = 0;
  bool begun_ = false, barred_ = false;
};

}  // namespace statewall::rules
