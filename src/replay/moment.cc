#include "replay/moment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>

namespace statewall {
namespace {

constexpr Nanoseconds kDay = 86'400 * kNanosecondsPerSecond;
constexpr Nanoseconds kMost = std::numeric_limits<Nanoseconds>::max();

bool is_digit(char c) { return '0' <= c && c <= '9'; }

/// All of `text` as a number.
std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "2", "2.5": so many of `unit`. Digits beyond the nanosecond are cut.
std::optional<Nanoseconds> decimal(std::string_view text, Nanoseconds unit) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto integer = whole(text.substr(0, point));
  std::string_view digits = text.substr(std::min(point + 1, text.size()));
  if (!integer || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  Nanoseconds time;
  if (__builtin_mul_overflow(*integer, unit, &time)) return std::nullopt;
  for (Nanoseconds place = unit / 10; !digits.empty() && place > 0; place /= 10) {
    if (__builtin_add_overflow(time, (digits.front() - '0') * place, &time)) return std::nullopt;
    digits.remove_prefix(1);
  }
  return time;
}

std::optional<Nanoseconds> parse_offset(std::string_view text) {
  struct Unit {
    std::string_view name;
    Nanoseconds length;
  };
  constexpr Unit units[] = {{"ms", 1'000'000},
                            {"us", 1'000},
                            {"s", kNanosecondsPerSecond},
                            {"m", 60 * kNanosecondsPerSecond},
                            {"h", 3600 * kNanosecondsPerSecond}};
  for (const Unit& unit : units) {
    if (text.ends_with(unit.name)) {
      return decimal(text.substr(0, text.size() - unit.name.size()), unit.length);
    }
  }
  return decimal(text, kNanosecondsPerSecond);
}

/// "12:30:01.25" since midnight.
std::optional<Nanoseconds> parse_clock(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = whole(text.substr(0, 2));
  const auto minutes = whole(text.substr(3, 2));
  const auto seconds = decimal(text.substr(6), kNanosecondsPerSecond);
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 ||
      *seconds >= 60 * kNanosecondsPerSecond) {
    return std::nullopt;
  }
  return static_cast<Nanoseconds>(*hours * 60 + *minutes) * 60 * kNanosecondsPerSecond + *seconds;
}

/// "2021-01-01T00:00:00.5", also with a space for the T and with a Z.
std::optional<Nanoseconds> parse_date(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ')) {
    return std::nullopt;
  }
  const auto year = whole(text.substr(0, 4));
  const auto month = whole(text.substr(5, 2));
  const auto day = whole(text.substr(8, 2));
  const auto clock = parse_clock(text.substr(11));
  if (!year || !month || !day || !clock) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  const Nanoseconds days = std::chrono::sys_days(date).time_since_epoch().count();
  Nanoseconds time;
  if (!date.ok() || __builtin_mul_overflow(days, kDay, &time) ||
      __builtin_add_overflow(time, *clock, &time)) {
    return std::nullopt;
  }
  return time;
}

std::optional<Moment> understand(std::string_view text) {
  using Kind = Moment::Kind;
  if (text.starts_with('+')) {
    if (const auto offset = parse_offset(text.substr(1))) return Moment{Kind::offset, 0, *offset};
    return std::nullopt;
  }
  if (std::all_of(text.begin(), text.end(), is_digit)) {
    const auto frame = whole(text);
    if (!frame || *frame == 0) return std::nullopt;
    return Moment{Kind::frame, *frame, 0};
  }
  if (const auto time = decimal(text, kNanosecondsPerSecond)) return Moment{Kind::time, 0, *time};
  if (const auto clock = parse_clock(text)) return Moment{Kind::time_of_day, 0, *clock};
  if (const auto date = parse_date(text)) return Moment{Kind::time, 0, *date};
  return std::nullopt;
}

}  // namespace

Result<Moment> parse_moment(std::string_view option, std::string_view text) {
  if (const auto moment = understand(text)) return *moment;
  return Error{
      ErrorKind::usage, std::string(option),
      fmt::format("'{}' is no place in a capture: write a frame (12), a time after the "
                  "first frame (+2.5s, +300ms), a time of day (12:30:01.5), a date "
                  "(2021-01-01T12:30:01) or seconds since 1970 with a point (1609459200.5)",
                  text)};
}

Nanoseconds time_of(const Moment& moment, Nanoseconds first) {
  Nanoseconds time = moment.time;
  if (moment.kind == Moment::Kind::offset) {
    return __builtin_add_overflow(first, moment.time, &time) ? kMost : time;
  }
  if (moment.kind == Moment::Kind::time_of_day) {
    const Nanoseconds since_midnight = (first % kDay + kDay) % kDay;
    Nanoseconds ahead = moment.time - since_midnight;
    if (ahead < 0) ahead += kDay;
    return __builtin_add_overflow(first, ahead, &time) ? kMost : time;
  }
  return time;
}

}  // namespace statewall
