#include "rules/topology.h"

#include <gtest/gtest.h>

#include "rules/address_parser.h"

namespace statewall::rules {
namespace {

Address ip(std::string_view text) { return *parse_address(text, Family::ipv4); }
Address ip6(std::string_view text) { return *parse_address(text, Family::ipv6); }

TEST(Topology, KnowsItsOwnAddressesAndTheirNetworks) {
  Topology topology;
  topology.add(*Topology::parse_local("192.168.1.1/24=lan"));
  topology.add(*Topology::parse_local("2001:db8::1/64=lan"));
  topology.add(*Topology::parse_local("10.0.0.1"));
  EXPECT_TRUE(topology.is_local(ip("192.168.1.1"), Family::ipv4));
  EXPECT_TRUE(topology.is_local(ip("10.0.0.1"), Family::ipv4));
  EXPECT_TRUE(topology.is_local(ip6("2001:db8::1"), Family::ipv6));
  EXPECT_FALSE(topology.is_local(ip("192.168.1.2"), Family::ipv4));
  ASSERT_NE(topology.interface_of(ip("192.168.1.77"), Family::ipv4), nullptr);
  EXPECT_EQ(*topology.interface_of(ip("192.168.1.77"), Family::ipv4), "lan");
  EXPECT_EQ(*topology.interface_of(ip6("2001:db8::77"), Family::ipv6), "lan");
  EXPECT_EQ(topology.interface_of(ip("192.168.2.77"), Family::ipv4), nullptr);
}

TEST(Topology, TakesTheLongestRoute) {
  Topology topology;
  for (const char* text : {"default=wan", "10.0.0.0/8=vpn", "10.1.0.0/16=dmz", "10.1.2.3=lab"}) {
    for (const auto& route : Topology::parse_route(text)) topology.add(route);
  }
  EXPECT_EQ(*topology.interface_of(ip("8.8.8.8"), Family::ipv4), "wan");
  EXPECT_EQ(*topology.interface_of(ip("10.9.9.9"), Family::ipv4), "vpn");
  EXPECT_EQ(*topology.interface_of(ip("10.1.9.9"), Family::ipv4), "dmz");
  EXPECT_EQ(*topology.interface_of(ip("10.1.2.3"), Family::ipv4), "lab");
  EXPECT_EQ(*topology.interface_of(ip6("2001:db8::1"), Family::ipv6), "wan");
}

TEST(Topology, KnowsBroadcastAndMulticast) {
  Topology topology;
  topology.add(*Topology::parse_local("192.168.1.1/26=lan"));
  EXPECT_TRUE(topology.is_broadcast(ip("192.168.1.63"), Family::ipv4));
  EXPECT_FALSE(topology.is_broadcast(ip("192.168.1.255"), Family::ipv4));
  EXPECT_TRUE(topology.is_broadcast(ip("255.255.255.255"), Family::ipv4));
  EXPECT_TRUE(Topology::is_multicast(ip("239.1.2.3"), Family::ipv4));
  EXPECT_FALSE(Topology::is_multicast(ip("240.1.2.3"), Family::ipv4));
  EXPECT_TRUE(Topology::is_multicast(ip6("ff02::1"), Family::ipv6));
}

TEST(Topology, LoopbackIsAlwaysItsOwn) {
  const Topology topology;
  EXPECT_TRUE(topology.is_local(ip("127.0.0.1"), Family::ipv4));
  EXPECT_TRUE(topology.is_local(ip("127.8.8.8"), Family::ipv4, "lo"));
  EXPECT_FALSE(topology.is_local(ip("127.0.0.1"), Family::ipv4, "lan"));
  EXPECT_TRUE(topology.is_local(ip6("::1"), Family::ipv6));
  EXPECT_FALSE(topology.is_local(ip6("::2"), Family::ipv6));
  EXPECT_FALSE(topology.is_local(ip("127.255.255.255"), Family::ipv4));
  EXPECT_TRUE(topology.is_broadcast(ip("127.255.255.255"), Family::ipv4));
}

TEST(Topology, SpeaksFromTheAddressOfTheInterface) {
  Topology topology;
  topology.add(*Topology::parse_local("192.168.1.1/24=lan"));
  topology.add(*Topology::parse_local("fe80::1/64=lan"));
  topology.add(*Topology::parse_local("10.0.0.1/24=wan"));
  for (const auto& route : Topology::parse_route("default=wan")) topology.add(route);
  EXPECT_EQ(topology.source_towards(ip("192.168.1.5"), Family::ipv4)->address, ip("192.168.1.1"));
  EXPECT_EQ(topology.source_towards(ip("8.8.8.8"), Family::ipv4)->address, ip("10.0.0.1"));
  EXPECT_EQ(topology.source_towards(ip6("2001:db8::1"), Family::ipv6), nullptr);
}

TEST(Topology, RefusesWhatIsNoAddressOrRoute) {
  for (const char* text : {"", "lan", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4=", "::1/129"}) {
    EXPECT_FALSE(Topology::parse_local(text)) << text;
  }
  for (const char* text : {"", "1.2.3.4", "1.2.3.0/24", "=lan", "1.2.3.0/24=", "x=lan"}) {
    EXPECT_TRUE(Topology::parse_route(text).empty()) << text;
  }
}

}  // namespace
}  // namespace statewall::rules
