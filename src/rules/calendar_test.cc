#include "rules/calendar.h"

#include <gtest/gtest.h>
#include <time.h>

#include <cstdint>

namespace statewall::rules {
namespace {

constexpr std::int64_t kSecondsOfDay = 86400;

// Each day of three centuries against the C library.
TEST(Calendar, IsTheGregorianOne) {
  const std::int64_t first = day_of({1900, 1, 1}), last = day_of({2200, 12, 31});
  EXPECT_EQ(first, -25567);
  EXPECT_EQ(last - first + 1, 301 * 365 + 73);  // 1900, 2100 and 2200 are no leap years
  for (std::int64_t day = first; day <= last; ++day) {
    const time_t moment = day * kSecondsOfDay;
    tm expected{};
    gmtime_r(&moment, &expected);
    const Date date = date_of(day);
    ASSERT_EQ(date.year, expected.tm_year + 1900) << day;
    ASSERT_EQ(date.month, static_cast<unsigned>(expected.tm_mon + 1)) << day;
    ASSERT_EQ(date.day, static_cast<unsigned>(expected.tm_mday)) << day;
    ASSERT_EQ(week_day_of(day) % 7, static_cast<unsigned>(expected.tm_wday)) << day;
    ASSERT_EQ(day_of(date), day) << day;
  }
}

TEST(Calendar, ADayBeyondItsMonthIsInTheNext) {
  EXPECT_EQ(day_of({2023, 2, 29}), day_of({2023, 3, 1}));
  EXPECT_EQ(day_of({2024, 4, 31}), day_of({2024, 5, 1}));
}

TEST(Calendar, DivisionRoundsDown) {
  EXPECT_EQ(floor_divide(7, 2), 3);
  EXPECT_EQ(floor_divide(-7, 2), -4);
  EXPECT_EQ(floor_divide(-8, 2), -4);
}

}  // namespace
}  // namespace statewall::rules
