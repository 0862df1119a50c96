#include "capture/time_unit.h"

#include <limits>

namespace statewall {
namespace {

constexpr std::uint64_t kUnsignedMax = std::numeric_limits<std::uint64_t>::max();
constexpr Nanoseconds kMax = std::numeric_limits<Nanoseconds>::max();
constexpr Nanoseconds kMin = std::numeric_limits<Nanoseconds>::min();
constexpr std::uint64_t kPerSecond = kNanosecondsPerSecond;

// 0 if 64 bits cannot hold it.
constexpr std::uint64_t power_of_ten(int exponent) {
  if (exponent > 19) return 0;
  std::uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

constexpr std::uint64_t saturating_multiply(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > kUnsignedMax / b ? kUnsignedMax : a * b;
}

// ticks * 10^9 / 2^exponent, rounded down, without the 94 bits that the product would take.
constexpr std::uint64_t binary_nanoseconds(std::uint64_t ticks, int exponent) {
  if (exponent < 32) {
    const std::uint64_t fraction = ticks & ((std::uint64_t{1} << exponent) - 1);
    const std::uint64_t seconds = saturating_multiply(ticks >> exponent, kPerSecond);
    const std::uint64_t rest = fraction * kPerSecond >> exponent;
    return seconds > kUnsignedMax - rest ? kUnsignedMax : seconds + rest;
  }
  if (exponent >= 96) return 0;
  const std::uint64_t high = (ticks >> 32) * kPerSecond;
  const std::uint64_t low = (ticks & 0xffffffff) * kPerSecond;
  return (high + (low >> 32)) >> (exponent - 32);
}

constexpr Nanoseconds offset_in_nanoseconds(std::int64_t seconds) {
  if (seconds > kMax / kNanosecondsPerSecond) return kMax;
  if (seconds < kMin / kNanosecondsPerSecond) return kMin;
  return seconds * kNanosecondsPerSecond;
}

}  // namespace

TimeUnit::TimeUnit(std::uint8_t resolution, std::int64_t offset)
    : binary_((resolution & 0x80) != 0),
      exponent_(resolution & 0x7f),
      offset_(offset_in_nanoseconds(offset)) {
  if (binary_) return;
  if (exponent_ <= 9) {
    factor_ = power_of_ten(9 - exponent_);
  } else {
    divisor_ = power_of_ten(exponent_ - 9);
  }
}

Nanoseconds TimeUnit::time(std::uint64_t ticks) const {
  std::uint64_t span = 0;
  if (binary_) {
    span = binary_nanoseconds(ticks, exponent_);
  } else if (divisor_ != 0) {
    span = saturating_multiply(ticks, factor_) / divisor_;
  }
  const Nanoseconds since_origin =
      span > static_cast<std::uint64_t>(kMax) ? kMax : static_cast<Nanoseconds>(span);
  return offset_ > kMax - since_origin ? kMax : offset_ + since_origin;
}

}  // namespace statewall
