#include "rules/calendar.h"

// The year is taken to begin in March, so that the leap day is its last; 400 years have 146097
// days.

namespace statewall::rules {
namespace {

constexpr std::int64_t kDaysTo1970 = 719468;  // from the first of March of the year 0
constexpr std::int64_t kDaysOf400Years = 146097;

/// Days of the months from March on before this one, from 0.
constexpr std::int64_t days_before(std::int64_t month) { return (153 * month + 2) / 5; }

}  // namespace

Date date_of(std::int64_t day) {
  const std::int64_t days = day + kDaysTo1970;
  const std::int64_t era = floor_divide(days, kDaysOf400Years);
  const std::int64_t in_era = days - era * kDaysOf400Years;
  const std::int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
  const std::int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * in_year + 2) / 153;
  return {era * 400 + year + (month < 10 ? 0 : 1),
          static_cast<unsigned>(month < 10 ? month + 3 : month - 9),
          static_cast<unsigned>(in_year - days_before(month) + 1)};
}

std::int64_t day_of(const Date& date) {
  const std::int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t year = date.year - (date.month > 2 ? 0 : 1);
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t in_era = year - era * 400;
  return era * kDaysOf400Years + in_era * 365 + in_era / 4 - in_era / 100 + days_before(month) +
         date.day - 1 - kDaysTo1970;
}

unsigned week_day_of(std::int64_t day) {
  constexpr std::int64_t thursday = 3;  // 1970-01-01, Monday being 0
  return static_cast<unsigned>(day + thursday - floor_divide(day + thursday, 7) * 7 + 1);
}

}  // namespace statewall::rules
