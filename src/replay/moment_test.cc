#include "replay/moment.h"

#include <gtest/gtest.h>

#include <limits>

namespace statewall {
namespace {

using Kind = Moment::Kind;

constexpr Nanoseconds kSecond = kNanosecondsPerSecond;
constexpr Nanoseconds kNoon = 1609502400 * kSecond;  // 2021-01-01 12:00:00 UTC

TEST(Moment, EachForm) {
  struct Row {
    const char* text;
    Kind kind;
    std::uint64_t frame;
    Nanoseconds time;
  };
  constexpr Row rows[] = {
      {"12", Kind::frame, 12, 0},
      {"+2.5s", Kind::offset, 0, 2'500'000'000},
      {"+2", Kind::offset, 0, 2 * kSecond},
      {"+0.000000001", Kind::offset, 0, 1},
      {"+1.5ms", Kind::offset, 0, 1'500'000},
      {"+7us", Kind::offset, 0, 7'000},
      {"+2m", Kind::offset, 0, 120 * kSecond},
      {"+1.5h", Kind::offset, 0, 5400 * kSecond},
      {"1609502400.5", Kind::time, 0, kNoon + kSecond / 2},
      {"1609502400.", Kind::time, 0, kNoon},
      {"1609502400.0000000019", Kind::time, 0, kNoon + 1},
      {"2021-01-01T12:00:00", Kind::time, 0, kNoon},
      {"2021-01-01 12:00:00.25Z", Kind::time, 0, kNoon + kSecond / 4},
      {"1969-12-31T23:59:59", Kind::time, 0, -kSecond},
      {"00:00:00", Kind::time_of_day, 0, 0},
      {"12:30:01.25", Kind::time_of_day, 0, (12 * 3600 + 30 * 60 + 1) * kSecond + kSecond / 4},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto moment = parse_moment("--at", row.text);
    ASSERT_TRUE(moment);
    EXPECT_EQ(moment->kind, row.kind);
    EXPECT_EQ(moment->frame, row.frame);
    EXPECT_EQ(moment->time, row.time);
  }
}

TEST(Moment, WhatIsNone) {
  for (const char* text : {"",
                           "0",
                           "+",
                           "+s",
                           "+2x",
                           "-1",
                           "1.2.3",
                           "abc",
                           "1e9",
                           "24:00:00",
                           "12:60:00",
                           "12:00:60",
                           "12:00",
                           "2021-02-30T00:00:00",
                           "2021-01-01",
                           "2021-13-01T00:00:00",
                           "99999999999999999999",
                           "+99999999999999999999",
                           "+9223372037s",
                           "99999999999.5",
                           "9999-01-01T00:00:00"}) {
    const auto moment = parse_moment("--at", text);
    ASSERT_FALSE(moment) << text;
    EXPECT_EQ(moment.error().where, "--at");
    EXPECT_EQ(moment.error().kind, ErrorKind::usage);
  }
}

TEST(Moment, TimesAreResolvedByTheFirstFrame) {
  EXPECT_EQ(time_of({Kind::offset, 0, kSecond}, kNoon), kNoon + kSecond);
  EXPECT_EQ(time_of({Kind::time, 0, kSecond}, kNoon), kSecond);
  // The next one from the first frame on, perhaps of the next day.
  EXPECT_EQ(time_of({Kind::time_of_day, 0, 12 * 3600 * kSecond}, kNoon), kNoon);
  EXPECT_EQ(time_of({Kind::time_of_day, 0, 13 * 3600 * kSecond}, kNoon), kNoon + 3600 * kSecond);
  EXPECT_EQ(time_of({Kind::time_of_day, 0, 11 * 3600 * kSecond}, kNoon),
            kNoon + 23 * 3600 * kSecond);
  EXPECT_EQ(time_of({Kind::time_of_day, 0, 0}, -kSecond), 0);
}

TEST(Moment, AtTheEndOfTime) {
  constexpr Nanoseconds most = std::numeric_limits<Nanoseconds>::max();
  EXPECT_EQ(time_of({Kind::offset, 0, kSecond}, most - 1), most);
  EXPECT_EQ(time_of({Kind::time_of_day, 0, 0}, most - 1), most);
}

}  // namespace
}  // namespace statewall
