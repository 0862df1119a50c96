#include "report/chart_words.h"

#include <gtest/gtest.h>

#include <set>

#include "report/chart_testing.h"

namespace statewall {
namespace {

using namespace testing;

TEST(ChartWords, EachStateHasItsSign) {
  std::set<std::string_view> shapes;
  for (const State state : {State::none, State::new_, State::established, State::related,
                            State::invalid, State::untracked}) {
    EXPECT_EQ(columns(sign(state).glyph), 1u);
    EXPECT_EQ(sign(state).word, state == State::none ? "no state" : name(state));
    shapes.insert(sign(state).glyph);
  }
  EXPECT_EQ(shapes.size(), 5u);  // those that were not tracked look alike
}

TEST(ChartWords, HeadingAndSummary) {
  Chart chart = ping_chart();
  EXPECT_EQ(heading(chart), "ping.pcap");
  chart.connection = 7;
  EXPECT_EQ(heading(chart), "ping.pcap, connection 7");
  EXPECT_EQ(summary(chart), "2 packets: 1 NEW, 1 ESTABLISHED; 1 entry");
}

TEST(ChartWords, Deeds) {
  ChartPacket packet = ping_chart().rows[0].packet;
  EXPECT_EQ(verdict(packet), "NEW #1");
  EXPECT_EQ(deed(packet), "creates entry #1 (30 s)");
  packet.ends = DestroyCause::reset;
  EXPECT_EQ(deed(packet), "creates and destroys entry #1: reset");
  packet.opens = false;
  EXPECT_EQ(deed(packet), "destroys entry #1: reset");
  packet.ends = DestroyCause::none;
  EXPECT_EQ(deed(packet), "");
  packet.connection = 0;
  EXPECT_EQ(verdict(packet), "NEW");
}

TEST(ChartWords, EndsOfManyEntries) {
  Chart chart = lost_ping_chart();
  EXPECT_EQ(row_text(chart, chart.rows[1]), "30.000 s pass");
  EXPECT_EQ(row_text(chart, chart.rows[2]), "entry #1 expired");
  for (std::uint64_t number = 2; number < 6; ++number) {
    chart.rows[2].ends.push_back(chart.lives.size());
    chart.lives.push_back(chart.lives[0]);
    chart.lives.back().connection = number;
  }
  EXPECT_EQ(row_text(chart, chart.rows[2]), "entries #1, #2, #3 and 2 more expired");
}

TEST(ChartWords, Fates) {
  EXPECT_EQ(fate(ping_chart(), ping_chart().lives[0]), "replied at 0.500000 s");
  Chart open = open_chart();
  EXPECT_EQ(fate(open, open.lives[0]), "still there, 59 s left");
  open.more_packets = 2;
  EXPECT_EQ(fate(open, open.lives[0]), "goes on");
}

TEST(ChartWords, Footnotes) {
  Chart chart = open_chart();
  EXPECT_EQ(footnotes(chart), std::vector<std::string>{"Entry #1: still there, 59 s left."});
  for (int i = 0; i < 5; ++i) chart.lives.push_back(chart.lives[0]);
  chart.lives.back().lane.reset();
  const std::vector<std::string> notes = footnotes(chart);
  ASSERT_EQ(notes.size(), 6u);
  EXPECT_EQ(notes[4], "2 entries more are still there.");
  EXPECT_EQ(notes[5], "There is room for 1 life at once: that of 1 entry is not drawn.");
  chart.more_packets = 1;
  EXPECT_EQ(footnotes(chart)[0], "… 1 more packet (--limit)");
}

TEST(ChartWords, Fitted) {
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcd", 3), "ab…");
  EXPECT_EQ(fitted("äöüß", 3), "äö…");
  EXPECT_EQ(fitted("abc", 0), "");
}

}  // namespace
}  // namespace statewall
