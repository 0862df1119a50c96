#include "report/time_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace statewall {
namespace {

std::string time_of_day(Nanoseconds time) {
  Buffer out;
  append_time_of_day(out, time);
  return fmt::to_string(out);
}

std::string seconds(Nanoseconds time) {
  Buffer out;
  append_seconds(out, time);
  return fmt::to_string(out);
}

TEST(TimeText, TimeOfDay) {
  EXPECT_EQ(time_of_day(0), "00:00:00.000000");
  EXPECT_EQ(time_of_day(1609502399'999999999), "11:59:59.999999");
  EXPECT_EQ(time_of_day(-1), "23:59:59.999999");
}

TEST(TimeText, SecondsAreExact) {
  EXPECT_EQ(seconds(0), "0.000000000");
  EXPECT_EQ(seconds(1609459200'000000007), "1609459200.000000007");
  EXPECT_EQ(seconds(-1), "-0.000000001");
  EXPECT_EQ(seconds(-1'500000000), "-1.500000000");
  EXPECT_EQ(seconds(std::numeric_limits<Nanoseconds>::min()), "-9223372036.854775808");
}

TEST(TimeText, ASpanMayReachFromEndToEndOfTime) {
  Buffer out;
  append_span(out, span_between(std::numeric_limits<Nanoseconds>::min(),
                                std::numeric_limits<Nanoseconds>::max()));
  EXPECT_EQ(fmt::to_string(out), "18446744073.709551615");
  EXPECT_EQ(span_between(-3, 4), 7U);
}

}  // namespace
}  // namespace statewall
