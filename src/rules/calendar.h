#pragma once

#include <cstdint>

// Dates and the days since 1970-01-01, in the Gregorian calendar, as far back and ahead as one
// likes.

namespace statewall::rules {

struct Date {
  std::int64_t year = 1970;
  unsigned month = 1;  ///< 1 to 12
  unsigned day = 1;    ///< 1 to 31
};

Date date_of(std::int64_t day);
/// A day beyond the end of its month counts on into the next one.
std::int64_t day_of(const Date& date);

/// 1: Monday ... 7: Sunday.
unsigned week_day_of(std::int64_t day);

/// Rounds towards minus infinity.
constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace statewall::rules
