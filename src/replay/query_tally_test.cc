#include "replay/query_tally.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

constexpr Nanoseconds kMs = kNanosecondsPerMillisecond;

// As iputils computes them: ping's mdev is the root of the mean square less the square of the mean.
TEST(QueryTally, TimesAsPingPrintsThem) {
  QueryTally tally;
  for (std::uint16_t i = 1; i <= 4; ++i) {
    tally.query(i, i * 1000 * kMs);
    tally.reply(i, i * 1000 * kMs + i * kMs);
  }
  const QuerySummary summary = tally.summary();
  EXPECT_EQ(summary.sent, 4);
  EXPECT_EQ(summary.replied, 4);
  EXPECT_EQ(summary.lost(), 0);
  EXPECT_EQ(summary.least, 1 * kMs);
  EXPECT_EQ(summary.mean, 2'500'000);
  EXPECT_EQ(summary.most, 4 * kMs);
  EXPECT_EQ(summary.deviation, 1'118'033);  // sqrt(7.5 - 6.25) ms
  Buffer out;
  append_queries(out, summary);
  EXPECT_EQ(
      fmt::to_string(out),
      "sent=4 replied=4 lost=0 dup=0 ooo=0 rtt min/avg/max/mdev = 1.000/2.500/4.000/1.118 ms");
}

TEST(QueryTally, LostDuplicatedAndOutOfOrder) {
  QueryTally tally;
  for (std::uint16_t i = 1; i <= 4; ++i) tally.query(i, 0);
  tally.reply(2, kMs);
  tally.reply(2, 2 * kMs);
  tally.reply(1, 3 * kMs);
  tally.reply(4, 4 * kMs);
  tally.reply(9, 5 * kMs);  // nobody asked
  const QuerySummary summary = tally.summary();
  EXPECT_EQ(summary.sent, 4);
  EXPECT_EQ(summary.replied, 3);
  EXPECT_EQ(summary.lost(), 1);
  EXPECT_EQ(summary.duplicates, 1);
  EXPECT_EQ(summary.out_of_order, 1);
  EXPECT_EQ(summary.measured, 4);
  EXPECT_EQ(summary.mean, 2'500'000);
}

TEST(QueryTally, NumbersComeAgain) {
  QueryTally tally;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 65536; ++i) {
      tally.query(static_cast<std::uint16_t>(i), 0);
      tally.reply(static_cast<std::uint16_t>(i), kMs);
    }
  }
  EXPECT_EQ(tally.summary().replied, 3 * 65536);
  EXPECT_EQ(tally.summary().duplicates, 0);
  EXPECT_EQ(tally.summary().out_of_order, 0);
}

TEST(QueryTally, RemembersSoManyAndNoMore) {
  QueryTally tally;
  for (std::size_t i = 0; i < QueryTally::kRemembered + 1; ++i) {
    tally.query(static_cast<std::uint16_t>(i), 0);
  }
  tally.reply(0, kMs);
  EXPECT_EQ(tally.summary().replied, 0);
  tally.reply(1, kMs);
  EXPECT_EQ(tally.summary().replied, 1);
}

TEST(QueryTally, NothingMeasuredIsNothingSaid) {
  QueryTally tally;
  tally.query(1, 5 * kMs);
  tally.reply(1, kMs);  // the clock was set back
  EXPECT_EQ(tally.summary().replied, 1);
  EXPECT_EQ(tally.summary().measured, 0);
  Buffer out;
  append_queries(out, tally.summary());
  EXPECT_EQ(fmt::to_string(out), "sent=1 replied=1 lost=0 dup=0 ooo=0");
}

}  // namespace
}  // namespace statewall
