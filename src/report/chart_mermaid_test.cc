#include "report/chart_mermaid.h"

#include <gtest/gtest.h>

#include "report/chart_testing.h"

namespace statewall {
namespace {

using namespace testing;

TEST(ChartMermaid, APing) {
  EXPECT_EQ(drawn(append_chart_mermaid, ping_chart()), R"(sequenceDiagram
    title ping.pcap
    participant host0 as 192.168.1.6
    participant firewall
    participant host1 as 192.168.1.10
    host0->>firewall: 0.000000 s: ICMP echo request
    activate firewall
    firewall->>host1: ○ NEW #35;1
    Note over firewall: creates entry #35;1 (30 s)
    host1->>firewall: 0.500000 s: ICMP echo reply
    firewall->>host0: ● ESTABLISHED #35;1
    Note over firewall: destroys entry #35;1: replied
    deactivate firewall
    Note over firewall: 2 frames without IP addresses are not drawn.
)");
}

TEST(ChartMermaid, AnEntryThatExpires) {
  EXPECT_EQ(drawn(append_chart_mermaid, lost_ping_chart()), R"(sequenceDiagram
    title ping.pcap
    participant host0 as 192.168.1.6
    participant firewall
    participant host1 as 192.168.1.10
    host0->>firewall: 0.000000 s: ICMP echo request
    activate firewall
    firewall->>host1: ○ NEW #35;1
    Note over firewall: creates entry #35;1 (30 s)
    Note over firewall: 30.000 s pass
    Note over firewall: 30.000000 s: entry #35;1 expired
    deactivate firewall
)");
}

TEST(ChartMermaid, HostsStandFromLeftToRight) {
  const std::string text = drawn(append_chart_mermaid, open_chart());
  EXPECT_LT(text.find("192.168.1.6"), text.find("participant firewall"));
  EXPECT_LT(text.find("participant firewall"), text.find("2 others"));
  EXPECT_LT(text.find("2 others"), text.find("192.168.1.10"));
}

TEST(ChartMermaid, WhatMeansSomethingIsEscaped) {
  Chart chart = ping_chart();
  chart.name = "a;b#c%%<d>";
  EXPECT_NE(drawn(append_chart_mermaid, chart).find("title a#59;b#35;c#37;#37;#60;d#62;\n"),
            std::string::npos);
}

TEST(ChartMermaid, NothingToDraw) {
  Chart chart;
  chart.name = "arp.pcap";
  EXPECT_EQ(drawn(append_chart_mermaid, chart),
            "sequenceDiagram\n    title arp.pcap\n    participant firewall\n"
            "    Note over firewall: There is no packet to draw.\n");
}

}  // namespace
}  // namespace statewall
