#include <gtest/gtest.h>

#include <string>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;

/// '1' for each of these packets that matches, 'x' for each that is dropped at once.
std::string ask(const Match& match, int packets, double at = 0,
                const Octets& packet = ipv4(99, {})) {
  Memories memories;
  MatchMemory memory = memories.of(match);
  Sample sample(packet);
  sample.subject.now = seconds(at);
  std::string answers;
  for (int i = 0; i < packets; ++i) {
    const Matching result = test(match, sample.subject, memory);
    answers += result == Matching::yes ? '1' : result == Matching::no ? '0' : 'x';
  }
  return answers;
}

TEST(MatchMemory, HaveThoseThatRemember) {
  EXPECT_TRUE(has_memory(LimitMatch{}));
  EXPECT_TRUE(has_memory(StatisticMatch{}));
  EXPECT_TRUE(has_memory(ConnlimitMatch{}));
  EXPECT_TRUE(has_memory(HashlimitMatch{}));
  EXPECT_TRUE(has_memory(RecentMatch{}));
  EXPECT_FALSE(has_memory(TcpMatch{}));
  EXPECT_FALSE(has_memory(TimeMatch{}));
}

TEST(LimitMatch, CountsInTenThousandthsOfASecond) {
  const LimitMatch match{.period = 1000, .burst = 3};  // 10/sec
  Memories memories;
  MatchMemory memory = memories.of(match);
  Sample sample(ipv4(99, {}));
  std::string answers;
  for (const double at : {0.0, 0.0, 0.0, 0.0, 0.09, 0.1, 0.1, 0.25, 9.0, 9.0, 9.0, 9.0}) {
    sample.subject.now = seconds(at);
    answers += test(match, sample.subject, memory) == Matching::yes ? '1' : '0';
  }
  EXPECT_EQ(answers, "111001011110");
}

TEST(StatisticMatch, Inverted) {
  EXPECT_EQ(ask(StatisticMatch{.nth = true, .every = 3, .packet = 1}, 6), "010010");
  EXPECT_EQ(ask(StatisticMatch{.nth = true, .inverted = true, .every = 3, .packet = 1}, 6),
            "101101");
  EXPECT_EQ(ask(StatisticMatch{.probability = 0x80000000u}, 3), "111");
  EXPECT_EQ(ask(StatisticMatch{.inverted = true, .probability = 0x80000000u}, 3), "000");
}

TEST(ConnlimitMatch, AboveOrUpTo) {
  EXPECT_EQ(ask(ConnlimitMatch{.limit = 0, .above = true}, 2), "11");
  EXPECT_EQ(ask(ConnlimitMatch{.limit = 0, .above = false}, 2), "00");
  EXPECT_EQ(ask(ConnlimitMatch{.limit = 1, .above = true}, 2), "00");
  EXPECT_EQ(ask(ConnlimitMatch{.limit = 1, .above = false}, 2), "11");
  EXPECT_EQ(ask(ConnlimitMatch{.limit = 1}, 1, 0, ipv4(protocol::udp, hex("00"))), "x");
}

TEST(HashlimitMatch, AboveOrUpTo) {
  HashlimitMatch match{.average = 1, .unit = 60, .burst = 2, .mode = HashlimitMatch::kSrcPort};
  EXPECT_EQ(ask(match, 4), "1100");
  match.above = true;
  EXPECT_EQ(ask(match, 4), "0011");
  EXPECT_EQ(ask(match, 1, 0, ipv4(protocol::udp, hex("00"))), "x");
}

TEST(RecentMatch, SharesItsListWithOthers) {
  Memories memories;
  const RecentMatch set{.what = RecentMatch::What::set}, check{};
  MatchMemory first = memories.of(set), second = memories.of(check);
  EXPECT_EQ(first.recent, second.recent);
  Sample sample(ipv4(99, {}));
  EXPECT_EQ(test(check, sample.subject, second), Matching::no);
  EXPECT_EQ(test(set, sample.subject, first), Matching::yes);
  EXPECT_EQ(test(check, sample.subject, second), Matching::yes);
}

TEST(TimeMatch, LooksAtTheMomentOfThePacket) {
  const TimeMatch match{.day_start = 3600, .day_stop = 7200};
  EXPECT_EQ(ask(match, 1, 3600), "1");
  EXPECT_EQ(ask(match, 1, 3599), "0");
}

}  // namespace
}  // namespace statewall::rules
