#include "rules/token_bucket.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>

namespace statewall::rules {
namespace {

constexpr Nanoseconds kSecond = kNanosecondsPerSecond;

int taken(TokenBucket& bucket, int packets, Nanoseconds now) {
  int count = 0;
  for (int i = 0; i < packets; ++i) count += bucket.take(now) ? 1 : 0;
  return count;
}

TEST(TokenBucket, ABurstAndThenTheRate) {
  TokenBucket bucket(kSecond / 10, 5);
  const Nanoseconds start = 1'700'000'000 * kSecond;
  EXPECT_EQ(taken(bucket, 20, start), 5);
  EXPECT_EQ(taken(bucket, 20, start + kSecond / 10 - 1), 0);
  EXPECT_EQ(taken(bucket, 20, start + kSecond / 10), 1);
  EXPECT_EQ(taken(bucket, 20, start + kSecond * 3 / 10), 2);
  EXPECT_EQ(taken(bucket, 20, start + kSecond * 100), 5);
}

TEST(TokenBucket, IsFullHoweverLateTheFirstPacket) {
  for (const Nanoseconds start : {Nanoseconds{-5}, Nanoseconds{0}, 4'000'000'000 * kSecond}) {
    TokenBucket bucket(86400 * kSecond, 3);
    EXPECT_EQ(taken(bucket, 9, start), 3) << start;
  }
}

TEST(TokenBucket, TimeThatRunsBackBringsNothing) {
  TokenBucket bucket(kSecond, 1);
  EXPECT_TRUE(bucket.take(10 * kSecond));
  EXPECT_FALSE(bucket.take(5 * kSecond));
  EXPECT_FALSE(bucket.take(10 * kSecond));
  EXPECT_TRUE(bucket.take(11 * kSecond));
}

TEST(TokenBucket, NoNumberIsTooLarge) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  constexpr auto kEnd = std::numeric_limits<Nanoseconds>::max();
  for (const std::uint64_t period : {std::uint64_t{0}, std::uint64_t{1}, kMost}) {
    for (const std::uint64_t burst : {std::uint64_t{0}, std::uint64_t{1}, kMost}) {
      TokenBucket bucket(period, burst);
      EXPECT_TRUE(bucket.take(-kEnd)) << period << " " << burst;
      bucket.take(kEnd, kMost);
      bucket.take(kEnd);
    }
  }
}

// However packets come: never more than a burst and what the time brings, and none is refused while
// that is not used up.
TEST(TokenBucket, KeepsTheRateExactly) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t period = 1 + random() % 1000, burst = 1 + random() % 20;
    TokenBucket bucket(period, burst);
    Nanoseconds now = 1000;
    double tokens = static_cast<double>(burst);
    for (int i = 0; i < 300; ++i) {
      const auto passed = static_cast<Nanoseconds>(random() % (2 * period));
      now += passed;
      tokens = std::min(static_cast<double>(burst),
                        tokens + static_cast<double>(passed) / static_cast<double>(period));
      const bool took = bucket.take(now);
      ASSERT_TRUE(took ? tokens > 1 - 1e-6 : tokens < 1 + 1e-6) << tokens;
      if (took) tokens -= 1;
    }
  }
}

}  // namespace
}  // namespace statewall::rules
