#include "report/chart_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "report/chart_testing.h"
#include "report/chart_words.h"

namespace statewall {
namespace {

using namespace testing;

std::string text(const Chart& chart) { return drawn(append_chart_text, chart); }

TEST(ChartText, APing) {
  EXPECT_EQ(text(ping_chart()), R"(ping.pcap (profile tutorial)

         192.168.1.6                                          192.168.1.10
         │                            firewall                           │
0.000000 │ ICMP echo request           │   │ ○ NEW #1                    │
         ├───────────────────────────────┬──────────────────────────────>│
         │                             │ ┊ │ creates entry #1 (30 s)     │
0.500000 │            ● ESTABLISHED #1 │ ┊ │             ICMP echo reply │
         │<──────────────────────────────┴───────────────────────────────┤
         │  destroys entry #1: replied │   │                             │
         │                             │   │                             │

Lives of entries: ┊ no reply yet, ┃ a reply was seen.
2 frames without IP addresses are not drawn.
)");
}

TEST(ChartText, AnEntryThatExpires) {
  EXPECT_EQ(text(lost_ping_chart()), R"(ping.pcap (profile tutorial)

          192.168.1.6                                    192.168.1.10
          │                         firewall                        │
 0.000000 │ ICMP echo request        │   │ ○ NEW #1                 │
          ├────────────────────────────┬───────────────────────────>│
          │                          │ ┊ │ creates entry #1 (30 s)  │
          ⋮                          │ ┊ │ 30.000 s pass            ⋮
30.000000 │                          │ ┴ │ entry #1 expired         │
          │                          │   │                          │

Lives of entries: ┊ no reply yet, ┃ a reply was seen.
)");
}

TEST(ChartText, AnOpenEntryAndAPacketThatReturns) {
  EXPECT_EQ(text(open_chart()), R"(ping.pcap (profile tutorial)

         192.168.1.6                                            192.168.1.10
         │                                                      2 others   │
         │                             firewall                        │   │
0.000000 │ TCP 1025 > 80 SYN            │   │ ○ NEW #1                 │   │
         ├────────────────────────────────┬───────────────────────────────>│
         │                              │ ┊ │ creates entry #1 (30 s)  │   │
0.500000 │             ● ESTABLISHED #1 │ ┊ │        TCP 80 > 1025 SYN ACK │
         │<───────────────────────────────┼────────────────────────────────┤
0.500000 │                    ✕ INVALID │ ┃ │                   TCP 80 > 9 │
         │                              │ ┃ ├──────────────────────────────┤
         │                              │ ┃ ├─────────────────────────>│   │
         │                              │ ┃ │                          │   │

Lives of entries: ┊ no reply yet, ┃ a reply was seen.
Entry #1: still there, 59 s left.
)");
}

TEST(ChartText, NothingToDraw) {
  Chart chart;
  chart.name = "arp.pcap";
  chart.settings = "profile tutorial";
  chart.not_ip = 1;
  EXPECT_EQ(text(chart),
            "arp.pcap (profile tutorial)\n\n"
            "There is no packet to draw.\n1 frame without IP addresses is not drawn.\n");
}

// However long names and labels are, and however many entries live at once.
TEST(ChartText, FitsIntoAHundredColumns) {
  Chart chart = ping_chart();
  const std::string address = "2001:db8:1111:2222:3333:4444:5555:6666";
  for (std::size_t depth = 1; depth < 4; ++depth) {
    chart.lifelines.push_back({Side::left, address, depth});
    chart.lifelines.push_back({Side::right, address, depth});
  }
  chart.lanes = Chart::kLanes;
  for (std::size_t lane = 1; lane < Chart::kLanes; ++lane) {
    chart.lives.push_back(chart.lives[0]);
    chart.lives.back().lane = lane;
  }
  for (ChartRow& row : chart.rows) {
    row.packet.label = std::string(200, 'x');
    row.packet.connection = 18446744073709551615u;
    row.time = 18446744073709551615u;
  }
  std::istringstream lines(text(chart));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 100u) << line;
}

}  // namespace
}  // namespace statewall
