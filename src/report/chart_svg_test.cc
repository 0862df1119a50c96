#include "report/chart_svg.h"

#include <gtest/gtest.h>

#include "report/chart_layout.h"
#include "report/chart_testing.h"

// The figures in docs/figures are compared byte for byte by tests/tutorial_test.py.

namespace statewall {
namespace {

using namespace testing;

std::string svg(const Chart& chart) { return drawn(append_chart_svg, chart); }

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++found;
  return found;
}

TEST(ChartSvg, TellsEachPacketByShapeAndWord) {
  const std::string text = svg(ping_chart());
  EXPECT_EQ(count(text, ">NEW #1</text>"), 1u);
  EXPECT_EQ(count(text, ">ESTABLISHED #1</text>"), 1u);
  EXPECT_EQ(count(text, "class=\"shape paper new-line\""), 2u);  // and in the legend
  EXPECT_EQ(count(text, "class=\"established-fill\" cx"), 2u);
  EXPECT_EQ(count(text, "marker-end=\"url(#new)\""), 1u);
  EXPECT_EQ(count(text, "<title>frame 3, 192.168.1.6 &gt; 192.168.1.10: ICMP echo request; opens"),
            1u);
}

TEST(ChartSvg, HasTitleDescriptionAndBothColourSchemes) {
  const std::string text = svg(ping_chart());
  EXPECT_EQ(count(text, "<title id=\"chart-title\">Message chart of ping.pcap</title>"), 1u);
  EXPECT_EQ(count(text, "<desc id=\"chart-desc\">2 packets: 1 NEW, 1 ESTABLISHED; 1 entry</desc>"),
            1u);
  EXPECT_EQ(count(text, "@media screen and (prefers-color-scheme:dark)"), 1u);
  EXPECT_EQ(count(text, "http"), 1u);  // the name space alone: nothing is fetched
}

TEST(ChartSvg, AnEntryIsHollowUntilItsReplyAndSolidFromThenOn) {
  constexpr std::string_view hollow = "<rect class=\"hollow\"", solid = "<rect class=\"bar\"",
                             cap = "<path class=\"cap\"";
  // One each in the legend.
  const std::string replied_and_gone = svg(ping_chart());
  EXPECT_EQ(count(replied_and_gone, hollow), 2u);
  EXPECT_EQ(count(replied_and_gone, solid), 1u);
  EXPECT_EQ(count(replied_and_gone, cap), 1u);
  const std::string open = svg(open_chart());
  EXPECT_EQ(count(open, hollow), 2u);
  EXPECT_EQ(count(open, solid), 2u);
  EXPECT_EQ(count(open, cap), 0u);
}

TEST(ChartSvg, TextIsEscaped) {
  Chart chart = ping_chart();
  chart.name = "<&\">";
  const std::string text = svg(chart);
  EXPECT_EQ(count(text, "<&"), 0u);
  EXPECT_EQ(count(text, "&lt;&amp;&quot;&gt;"), 2u);
}

TEST(ChartSvg, NothingToDraw) {
  Chart chart;
  chart.name = "arp.pcap";
  EXPECT_EQ(count(svg(chart), "There is no packet to draw."), 1u);
}

TEST(ChartLayout, AnArrowFallsEvenlyFromHostToHost) {
  const Chart chart = ping_chart();
  const ChartLayout layout(chart);
  EXPECT_EQ(layout.crossing(0, layout.x(0)), layout.arrow(0));
  EXPECT_EQ(layout.crossing(0, layout.x(1)), layout.arrow(0) + ChartLayout::kSlant);
  EXPECT_EQ(layout.crossing(1, layout.x(1)), layout.arrow(1));
  EXPECT_EQ(layout.band_left() - layout.x(0), layout.x(1) - layout.band_right());
}

// The longest address there is, on as many lines as there may be.
TEST(ChartLayout, HeadsCoverNeitherEachOtherNorLines) {
  Chart chart = ping_chart();
  chart.lifelines.clear();
  const std::string address = "2001:db8:1111:2222:3333:4444:5555:6666:";
  for (std::size_t depth = 0; depth < 3; ++depth) {
    chart.lifelines.push_back({Side::left, address, depth});
    chart.lifelines.push_back({Side::right, address, depth});
    for (chart.lanes = 1; chart.lanes <= Chart::kLanes; ++chart.lanes) {
      const ChartLayout layout(chart);
      const Lifeline& left = chart.lifelines[2 * depth];
      const Lifeline& right = chart.lifelines[2 * depth + 1];
      EXPECT_LT(layout.head(left).right, layout.head(right).left);
      EXPECT_GE(layout.head(left).left, ChartLayout::kLeft);
      EXPECT_LE(layout.head(right).right, ChartLayout::kWidth);
      const int outer = depth == 0 ? 0 : layout.x(chart.lifelines[2 * depth - 2]);
      EXPECT_GT(layout.head(left).left, outer);
      const bool beside = layout.head(left).right < layout.firewall_head().left &&
                          layout.firewall_head().right < layout.head(right).left;
      EXPECT_TRUE(beside || layout.firewall_head_top() > layout.head_top(depth));
    }
  }
}

TEST(ChartLayout, LanesStandWithinTheBand) {
  Chart chart = ping_chart();
  for (chart.lanes = 1; chart.lanes <= Chart::kLanes; ++chart.lanes) {
    const ChartLayout layout(chart);
    EXPECT_GT(layout.lane(0), layout.band_left());
    EXPECT_LT(layout.lane(chart.lanes - 1), layout.band_right());
  }
}

}  // namespace
}  // namespace statewall
