#include "scenario/topology_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/testing.h"

namespace statewall {
namespace {

using testing::error_of;
using testing::parse_lines;

Scenario read(std::string_view lines) {
  ParsedScenario parsed = parse_lines(lines);
  for (const Error& error : parsed.errors) ADD_FAILURE() << error.text();
  return std::move(parsed.scenario);
}

int side_of(const Scenario& scenario, std::size_t step) {
  return std::get<PacketStep>(scenario.steps.at(step).what).side;
}

TEST(Topology, IsARouterWithAnyNumberOfSides) {
  const Scenario scenario = read(
      "topology router default=wan lan=192.168.1.1/24,2001:db8:1::1/64 wan=10.0.0.1/8 "
      "dmz=10.1.0.1/16 10.5.0.0/16=lan 2001:db8:5::/48=dmz\n"
      "0 wan 1.2.3.4 > 5.6.7.8 udp 1 > 2\n"
      "0 dmz fd00::1 > fd00::2 udp 1 > 2\n"
      "0 local 10.0.0.1 > 5.6.7.8 udp 1 > 2\n");
  const ScenarioTopology& router = scenario.topology;
  EXPECT_EQ(router.kind, ScenarioTopology::Kind::router);
  EXPECT_EQ(router.sides, (std::vector<std::string>{"lan", "wan", "dmz"}));
  ASSERT_EQ(router.locals.size(), 4u);
  EXPECT_EQ(router.locals[0].address, Address::ipv4(0xC0A80101));
  EXPECT_EQ(router.locals[0].prefix_length, 24);
  EXPECT_EQ(router.locals[0].interface, "lan");
  EXPECT_EQ(router.locals[1].family, Family::ipv6);
  EXPECT_EQ(router.locals[1].prefix_length, 64);
  EXPECT_EQ(router.locals[1].interface, "lan");
  EXPECT_EQ(router.locals[3].interface, "dmz");
  ASSERT_EQ(router.routes.size(), 4u);  // the default is one of each family
  EXPECT_EQ(router.routes[0].interface, "wan");
  EXPECT_EQ(router.routes[0].prefix_length, 0);
  EXPECT_EQ(router.routes[2].prefix_length, 16);
  EXPECT_EQ(router.routes[3].interface, "dmz");
  EXPECT_EQ(side_of(scenario, 0), 1);
  EXPECT_EQ(side_of(scenario, 1), 2);
  EXPECT_EQ(side_of(scenario, 2), PacketStep::kLocal);
}

TEST(Topology, IsAHostWithOne) {
  const Scenario scenario = read(
      "topology host eth0=192.0.2.10/24 default=eth0\n0 local 192.0.2.10 > 1.2.3.4 udp 1 > 2\n");
  EXPECT_EQ(scenario.topology.sides, std::vector<std::string>{"eth0"});
  EXPECT_EQ(side_of(scenario, 0), PacketStep::kLocal);
}

TEST(Topology, IsABridgeBetweenTwo) {
  const Scenario scenario =
      read("topology bridge left right\n0 left 1.2.3.4 > 5.6.7.8 udp 1 > 2\n");
  EXPECT_EQ(scenario.topology.kind, ScenarioTopology::Kind::bridge);
  EXPECT_EQ(side_of(scenario, 0), 0);
}

struct Bad {
  std::string_view lines;
  std::string_view error;
};

TEST(Topology, TellsWhatIsWrong) {
  constexpr Bad kBad[] = {
      {"topology ring", "x:2:10: unknown topology 'ring'; it may be router, host, bridge"},
      {"topology router",
       "x:2:16: expected a side like lan=192.168.1.1/24, or a route like 10.5.0.0/16=lan or "
       "default=wan, not the end of the line"},
      {"topology router lan=1.2.3.4",
       "x:2:17: expected a side like lan=192.168.1.1/24, or a route like 10.5.0.0/16=lan or "
       "default=wan, not 'lan=1.2.3.4'"},
      {"topology router wan=1.2.3.4/8 lan=1.2.3.4/33",
       "x:2:31: expected a side like lan=192.168.1.1/24, or a route like 10.5.0.0/16=lan or "
       "default=wan, not 'lan=1.2.3.4/33'"},
      {"topology router lan=1.2.3.4/24,",
       "x:2:17: expected a side like lan=192.168.1.1/24, or a route like 10.5.0.0/16=lan or "
       "default=wan, not 'lan=1.2.3.4/24,'"},
      {"topology router local=1.2.3.4/24",
       "x:2:17: expected a side like lan=192.168.1.1/24, or a route like 10.5.0.0/16=lan or "
       "default=wan, not 'local=1.2.3.4/24'"},
      {"topology router a-long-interface=1.2.3.4/24",
       "x:2:17: expected a side like lan=192.168.1.1/24, or a route like 10.5.0.0/16=lan or "
       "default=wan, not 'a-long-interface=1.2.3.4/24'"},
      {"topology router default=wan", "x:2:28: a topology has a side at least"},
      {"topology router lan=1.2.3.4/24 default=lna",
       "x:2:40: unknown side 'lna'; did you mean 'lan'?"},
      {"topology router lan=1.2.3.4/24 1.2.3.4/33=lan",
       "x:2:32: expected a route like 10.5.0.0/16=lan, not '1.2.3.4/33=lan'"},
      {"topology router lan=1.2.3.4/24 lan=1.2.3.5/24", "x:2:32: two sides are called 'lan'"},
      {"topology bridge table right", "x:2:17: expected a side's name, not 'table'"},
      {"topology bridge l\xe9 right", "x:2:17: expected a side's name, not 'l?'"},
      {"topology bridge 1st 2nd", "x:2:17: expected a side's name, not '1st'"},
      {"topology bridge left", "x:2:21: expected a side's name, not the end of the line"},
      {"topology bridge left left", "x:2:22: two sides are called 'left'"},
      {"topology bridge a b c", "x:2:21: unexpected 'c': nothing may follow here"},
      {"topology bridge a b\ntopology bridge a b", "x:3:10: a second topology"},
      // of packets
      {"topology bridge left right\n0 1.2.3.4 > 5.6.7.8 udp 1 > 2",
       "x:3:3: unknown side '1.2.3.4'; it may be left, right"},
      {"topology bridge left right\n0 letf 1.2.3.4 > 5.6.7.8 udp 1 > 2",
       "x:3:3: unknown side 'letf'; did you mean 'left'?"},
      {"topology bridge left right\n0 local 1.2.3.4 > 5.6.7.8 udp 1 > 2",
       "x:3:3: unknown side 'local'; it may be left, right"},
      {"topology router lan=1.2.3.4/24\n0 wan 1.2.3.4 > 5.6.7.8 udp 1 > 2",
       "x:3:3: unknown side 'wan'; did you mean 'lan'?"},
      // No packet's line can be read then: nothing is said of them.
      {"topology bridge left\n0 left 1.2.3.4 > 5.6.7.8 udp 1 > 2\n0 left 1.2.3.4 > 5.6.7.8 udp",
       "x:2:21: expected a side's name, not the end of the line"},
  };
  for (const Bad& bad : kBad) EXPECT_EQ(error_of(bad.lines), bad.error);
}

}  // namespace
}  // namespace statewall
