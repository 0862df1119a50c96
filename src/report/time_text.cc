#include "report/time_text.h"

#include <cstdint>

namespace statewall {
namespace {

struct Split {
  std::int64_t seconds;   ///< rounded down, also before the epoch
  std::int64_t fraction;  ///< nanoseconds, not negative
};

Split split(Nanoseconds time) {
  std::int64_t seconds = time / kNanosecondsPerSecond;
  std::int64_t fraction = time % kNanosecondsPerSecond;
  if (fraction < 0) {
    --seconds;
    fraction += kNanosecondsPerSecond;
  }
  return {seconds, fraction};
}

}  // namespace

void append_time_of_day(Buffer& out, Nanoseconds since_epoch) {
  constexpr std::int64_t day = 86'400;
  const auto [seconds, fraction] = split(since_epoch);
  const std::int64_t clock = (seconds % day + day) % day;
  const auto number = [&](std::int64_t part, std::size_t width) {
    append_number(out, static_cast<std::uint64_t>(part), width, '0');
  };
  number(clock / 3600, 2);
  out.push_back(':');
  number(clock / 60 % 60, 2);
  out.push_back(':');
  number(clock % 60, 2);
  out.push_back('.');
  number(fraction / 1000, 6);
}

void append_span(Buffer& out, std::uint64_t nanoseconds, int digits) {
  constexpr auto second = static_cast<std::uint64_t>(kNanosecondsPerSecond);
  std::uint64_t fraction = nanoseconds % second;
  for (int i = digits; i < 9; ++i) fraction /= 10;
  append_number(out, nanoseconds / second);
  out.push_back('.');
  append_number(out, fraction, static_cast<std::size_t>(digits), '0');
}

void append_seconds(Buffer& out, Nanoseconds time, int digits) {
  // The sign stands before the whole, so the fraction is that of the magnitude.
  if (time < 0) out.push_back('-');
  append_span(out, time < 0 ? span_between(time, 0) : span_between(0, time), digits);
}

}  // namespace statewall
