#include "capture/time_unit.h"

#include <gtest/gtest.h>

#include <limits>

namespace statewall {
namespace {

constexpr std::uint64_t kAllTicks = std::numeric_limits<std::uint64_t>::max();
constexpr Nanoseconds kLast = std::numeric_limits<Nanoseconds>::max();
constexpr Nanoseconds kFirst = std::numeric_limits<Nanoseconds>::min();
constexpr std::uint8_t kBinary = 0x80;

TEST(TimeUnit, DefaultIsMicroseconds) { EXPECT_EQ(TimeUnit().time(1'234'567), 1'234'567'000); }

TEST(TimeUnit, Decimal) {
  const struct {
    std::uint8_t resolution;
    std::uint64_t ticks;
    Nanoseconds time;
  } cases[] = {
      {0, 5, 5'000'000'000},
      {3, 1'500, 1'500'000'000},
      {6, 1'000'001, 1'000'001'000},
      {9, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789},
      {12, 1'234'567'890'999, 1'234'567'890},
      {18, 12'345'678'901'234'567'890u, 12'345'678'901},
      {19, kAllTicks, 1'844'674'407},
      {28, kAllTicks, 1},
      {29, kAllTicks, 0},  // 10^20 ticks a nanosecond
      {127, kAllTicks, 0},
      // beyond what 64 bits hold, the year 2262
      {0, kAllTicks, kLast},
      {6, kAllTicks, kLast},
      {9, kAllTicks, kLast},
      {9, static_cast<std::uint64_t>(kLast), kLast},
      {0, 9'223'372'036, 9'223'372'036'000'000'000},
      {0, 9'223'372'037, kLast},
      // 2^64 nanoseconds and a bit: must not come round to the small number
      {0, 18'446'744'074, kLast},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(TimeUnit(c.resolution).time(c.ticks), c.time) << int{c.resolution} << " " << c.ticks;
  }
}

TEST(TimeUnit, Binary) {
  const struct {
    std::uint8_t exponent;
    std::uint64_t ticks;
    Nanoseconds time;
  } cases[] = {
      {0, 3, 3'000'000'000},
      {1, 3, 1'500'000'000},
      {10, 1024 + 512, 1'500'000'000},
      {10, 1, 976'562},
      {31, (std::uint64_t{1} << 31) * 9 + 1, 9'000'000'000},
      {32, (std::uint64_t{1} << 32) * 9 + (std::uint64_t{1} << 31), 9'500'000'000},
      {33, std::uint64_t{1} << 32, 500'000'000},
      {33, kAllTicks, 2'147'483'647'999'999'999},
      {35, (std::uint64_t{1} << 35) - 1, 999'999'999},
      {63, kAllTicks, 1'999'999'999},
      {64, kAllTicks, 999'999'999},
      {64, std::uint64_t{1} << 63, 500'000'000},
      {93, kAllTicks, 1},
      {95, kAllTicks, 0},
      {96, kAllTicks, 0},
      {127, kAllTicks, 0},
      {0, kAllTicks, kLast},
      {20, kAllTicks, kLast},
      {30, kAllTicks, kLast},
  };
  for (const auto& c : cases) {
    const auto resolution = static_cast<std::uint8_t>(kBinary | c.exponent);
    EXPECT_EQ(TimeUnit(resolution).time(c.ticks), c.time) << int{c.exponent} << " " << c.ticks;
  }
}

TEST(TimeUnit, Offset) {
  EXPECT_EQ(TimeUnit(6, 100).time(1), 100'000'001'000);
  EXPECT_EQ(TimeUnit(6, -100).time(1), -99'999'999'000);
  EXPECT_EQ(TimeUnit(9, 9'223'372'036).time(854'775'807), kLast);
  EXPECT_EQ(TimeUnit(9, 9'223'372'036).time(854'775'808), kLast);
  EXPECT_EQ(TimeUnit(9, std::numeric_limits<std::int64_t>::max()).time(kAllTicks), kLast);
  EXPECT_EQ(TimeUnit(9, std::numeric_limits<std::int64_t>::min()).time(0), kFirst);
  EXPECT_EQ(TimeUnit(9, std::numeric_limits<std::int64_t>::min()).time(5), kFirst + 5);
}

}  // namespace
}  // namespace statewall
