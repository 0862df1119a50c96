#include "rules/time_match.h"

#include "rules/calendar.h"

namespace statewall::rules {
namespace {

constexpr std::int64_t kDay = 86400;

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
  const std::int64_t day = floor_divide(stamp, kDay);
  return (match.week_days >> week_day_of(day) & 1) != 0 &&
         (match.month_days >> date_of(day).day & 1) != 0;
}

}  // namespace statewall::rules
