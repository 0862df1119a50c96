#include "rules/time_match.h"

#include <gtest/gtest.h>
#include <time.h>

#include <cstdint>

namespace statewall::rules {
namespace {

constexpr std::int64_t kDay = 86400;

bool holds(const TimeMatch& match, std::int64_t second) {
  return holds_at(match, second * kNanosecondsPerSecond);
}

std::int64_t at(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  tm moment{};
  moment.tm_year = year - 1900;
  moment.tm_mon = month - 1;
  moment.tm_mday = day;
  moment.tm_hour = hour;
  moment.tm_min = minute;
  moment.tm_sec = second;
  return timegm(&moment);
}

// Each day that a rule can tell, at any time of the day.
TEST(TimeMatch, DaysOfTheMonthAndOfTheWeek) {
  for (std::int64_t day = 0; day < 0xffffffff / kDay; ++day) {
    const time_t moment = day * kDay + day * 7919 % kDay;
    tm date{};
    gmtime_r(&moment, &date);
    const unsigned week_day = date.tm_wday == 0 ? 7u : static_cast<unsigned>(date.tm_wday);
    TimeMatch match{.date_stop = 0xffffffff,
                    .month_days = 1u << date.tm_mday,
                    .week_days = static_cast<std::uint8_t>(1u << week_day)};
    ASSERT_TRUE(holds(match, moment)) << moment;
    match.month_days = ~match.month_days;
    ASSERT_FALSE(holds(match, moment)) << moment;
    match.month_days = 0xffffffff;
    match.week_days = static_cast<std::uint8_t>(~match.week_days);
    ASSERT_FALSE(holds(match, moment)) << moment;
  }
}

TEST(TimeMatch, DatesHoldBothTheirEnds) {
  const std::int64_t start = at(2024, 2, 28), stop = at(2024, 3, 1, 12);
  const TimeMatch match{.date_start = static_cast<std::uint32_t>(start),
                        .date_stop = static_cast<std::uint32_t>(stop)};
  EXPECT_FALSE(holds(match, start - 1));
  EXPECT_TRUE(holds(match, start));
  EXPECT_TRUE(holds(match, stop));
  EXPECT_TRUE(holds_at(match, stop * kNanosecondsPerSecond + kNanosecondsPerSecond - 1));
  EXPECT_FALSE(holds(match, stop + 1));
}

TEST(TimeMatch, TimesOfTheDay) {
  const TimeMatch office{.day_start = 9 * 3600, .day_stop = 17 * 3600};
  EXPECT_FALSE(holds(office, at(2024, 5, 6, 8, 59, 59)));
  EXPECT_TRUE(holds(office, at(2024, 5, 6, 9)));
  EXPECT_TRUE(holds(office, at(2024, 5, 6, 17)));
  EXPECT_FALSE(holds(office, at(2024, 5, 6, 17, 0, 1)));
}

// 2024-05-06 is a Monday.
TEST(TimeMatch, PastMidnight) {
  TimeMatch night{.day_start = 23 * 3600, .day_stop = 1 * 3600, .week_days = 1 << 1};
  EXPECT_TRUE(holds(night, at(2024, 5, 6, 23, 30)));
  EXPECT_TRUE(holds(night, at(2024, 5, 6, 0, 30)));
  EXPECT_FALSE(holds(night, at(2024, 5, 7, 0, 30)));
  EXPECT_FALSE(holds(night, at(2024, 5, 6, 12)));
  night.contiguous = true;
  EXPECT_TRUE(holds(night, at(2024, 5, 6, 23, 30)));
  EXPECT_FALSE(holds(night, at(2024, 5, 6, 0, 30)));
  EXPECT_TRUE(holds(night, at(2024, 5, 7, 0, 30)));
  EXPECT_FALSE(holds(night, at(2024, 5, 7, 23, 30)));
}

TEST(TimeMatch, WithoutAnyConditionItHoldsUntil2038) {
  EXPECT_TRUE(holds(TimeMatch{}, at(1970, 1, 1)));
  EXPECT_TRUE(holds(TimeMatch{}, at(2024, 2, 29, 23, 59, 59)));
  EXPECT_TRUE(holds(TimeMatch{}, at(2038, 1, 19, 3, 14, 7)));
  EXPECT_FALSE(holds(TimeMatch{}, at(2038, 1, 19, 3, 14, 8)));
  EXPECT_FALSE(holds(TimeMatch{}, -1));
}

}  // namespace
}  // namespace statewall::rules
