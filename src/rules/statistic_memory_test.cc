#include "rules/statistic_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace statewall::rules {
namespace {

/// '1' for each packet that is taken, of the first `count`.
std::string taken(const StatisticMatch& match, std::size_t count, std::uint64_t seed = 1) {
  StatisticMemory memory(match, seed);
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += memory.take(match) ? '1' : '0';
  return all;
}

StatisticMatch nth(std::uint32_t every, std::uint32_t packet) {
  return {.nth = true, .every = every, .packet = packet};
}

// What a kernel counted, packet by packet.
TEST(StatisticMemory, EachNthFromTheOneThatIsNamed) {
  EXPECT_EQ(taken(nth(3, 0), 8), "10010010");
  EXPECT_EQ(taken(nth(3, 1), 8), "01001001");
  EXPECT_EQ(taken(nth(3, 2), 8), "00100100");
  EXPECT_EQ(taken(nth(1, 0), 8), "11111111");
  EXPECT_EQ(taken(nth(5, 4), 8), "00001000");
}

TEST(StatisticMemory, AtRandomAsOftenAsSaid) {
  constexpr std::size_t kPackets = 100'000;
  for (const double share : {0.0, 0.01, 0.5, 0.9, 1.0}) {
    const StatisticMatch match{.probability = static_cast<std::uint32_t>(share * 0x80000000u)};
    const std::string all = taken(match, kPackets);
    const auto count = static_cast<double>(std::count(all.begin(), all.end(), '1'));
    // Six standard deviations of a fair draw.
    const double spread = 6 * std::sqrt(kPackets * share * (1 - share));
    EXPECT_NEAR(count, share * kPackets, spread) << share;
  }
}

TEST(StatisticMemory, TheSameSeedTakesTheSame) {
  const StatisticMatch match{.probability = 0x40000000};
  EXPECT_EQ(taken(match, 200, 7), taken(match, 200, 7));
  EXPECT_NE(taken(match, 200, 7), taken(match, 200, 8));
}

}  // namespace
}  // namespace statewall::rules
