#include "rules/time_match.h"

namespace statewall::rules {
namespace {

constexpr std::int64_t kDay = 86400;

struct Date {
  unsigned month_day;  ///< 1 to 31
  unsigned week_day;   ///< 1: Monday ... 7: Sunday
};

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Of a day counted from 1970-01-01, which was a Thursday. The year is taken to begin in March, so
/// that the leap day is its last; 400 years have 146097 days.
Date date_of(std::int64_t day) {
  constexpr std::int64_t kDaysTo1970 = 719468, kDaysOf400Years = 146097;
  const std::int64_t days = day + kDaysTo1970;
  const std::int64_t in_era = days - floor_divide(days, kDaysOf400Years) * kDaysOf400Years;
  const std::int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
  const std::int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * in_year + 2) / 153;
  const std::int64_t weekday = day + 3 - floor_divide(day + 3, 7) * 7;
  return {static_cast<unsigned>(in_year - (153 * month + 2) / 5 + 1),
          static_cast<unsigned>(weekday + 1)};
}

}  // namespace

bool holds_at(const TimeMatch& match, Nanoseconds now) {
  std::int64_t stamp = floor_divide(now, kNanosecondsPerSecond);
  if (stamp < match.date_start || stamp > match.date_stop) return false;
  const std::int64_t in_day = stamp - floor_divide(stamp, kDay) * kDay;
  if (match.day_start < match.day_stop) {
    if (in_day < match.day_start || in_day > match.day_stop) return false;
  } else {
    if (in_day < match.day_start && in_day > match.day_stop) return false;
    // What lies behind midnight belongs to the day on which the time began.
    if (match.contiguous && in_day <= match.day_stop) stamp -= kDay;
  }
  const Date date = date_of(floor_divide(stamp, kDay));
  return (match.week_days >> date.week_day & 1) != match.week_days_inverted &&
         (match.month_days >> date.month_day & 1) != match.month_days_inverted;
}

}  // namespace statewall::rules
