#include "report/chart_html.h"

#include <gtest/gtest.h>

#include "report/chart_svg.h"
#include "report/chart_testing.h"

namespace statewall {
namespace {

using namespace testing;

TEST(ChartHtml, HoldsTheImageAndEachPacketWithItsReason) {
  const std::string page = drawn(append_chart_html, ping_chart());
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_NE(page.find(drawn(append_chart_svg, ping_chart())), page.npos);
  EXPECT_NE(page.find("<td class=\"state\">○ NEW</td><td class=\"\">original</td>"
                      "<td class=\"number\">#1</td><td class=\"\">opens connection 1</td>"),
            page.npos);
  EXPECT_NE(page.find("replies to &lt;1&gt;"), page.npos);
  EXPECT_NE(page.find("<td class=\"number\">0.500000</td><td class=\"\">replied at 0.500000 s"),
            page.npos);
}

TEST(ChartHtml, NothingToDraw) {
  Chart chart;
  chart.name = "<arp>";
  const std::string page = drawn(append_chart_html, chart);
  EXPECT_EQ(page.find("<table"), page.npos);
  EXPECT_NE(page.find("<h1>&lt;arp&gt;</h1>"), page.npos);
}

}  // namespace
}  // namespace statewall
