#include "verify/crossing.h"

#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;
using rules::Topology;

constexpr Address kSelf = Address::ipv4(0xc0a80101);

class CrossingTest : public ::testing::Test {
 protected:
  CrossingTest() : crossings_(plan()) {}

  static RouterPlan plan() {
    RouterPlan plan;
    plan.locals.push_back(*Topology::parse_local("192.168.1.1/24=lan"));
    plan.locals.push_back(*Topology::parse_local("2001:db8::1/64=wan"));
    plan.routes = Topology::parse_route("default=wan");
    plan.groups.push_back(*Topology::parse_local("224.0.0.22"));
    return plan;
  }

  Crossing of(const Octets& packet, Family family = Family::ipv4) {
    return crossings_.of(packet, family);
  }
  std::string_view why(const Ipv4Fields& fields) { return of(ipv4(fields, Octets(8))).why; }
  static Octets destination(const Crossing& crossing) {
    return {crossing.frame.begin(), crossing.frame.begin() + 6};
  }

  Crossings crossings_;
};

TEST_F(CrossingTest, ComesFromWhereItsSourceLies) {
  const Crossing there = of(ipv4({.source = kA, .destination = kB, .protocol = 253}, Octets(8)));
  ASSERT_EQ(there.kind, Crossing::Kind::comes_in);
  EXPECT_EQ(there.interface, "lan");
  EXPECT_EQ(first(Octets(there.frame.begin(), there.frame.end()), 14),
            hex("025357000001 0200c0a80106 0800"));
  EXPECT_EQ(there.frame.size(), 14u + 28);
  EXPECT_EQ(of(ipv4({.source = kB, .destination = kA, .protocol = 253}, Octets(8))).interface,
            "wan");
}

TEST_F(CrossingTest, GroupsHaveTheirOwnLinkAddress) {
  const auto to = [&](std::uint32_t address) {
    return destination(of(
        ipv4({.source = kA, .destination = Address::ipv4(address), .protocol = 253}, Octets(8))));
  };
  EXPECT_EQ(to(0xffffffff), hex("ffffffffffff"));
  EXPECT_EQ(to(0xc0a801ff), hex("ffffffffffff"));
  EXPECT_EQ(to(0xe0000016), hex("01005e000016"));
}

TEST_F(CrossingTest, TheRouterSendsWhatIsFromIt) {
  EXPECT_EQ(
      of(ipv4({.source = kSelf, .destination = kB, .protocol = 253, .id = 1}, Octets(8))).kind,
      Crossing::Kind::sent);
  const std::string_view other = "comes from the router, which would have written it otherwise";
  EXPECT_EQ(why({.source = kSelf, .destination = kB, .protocol = 253}), other) << "no id";
  EXPECT_EQ(why({.source = kSelf, .destination = Address::ipv4(0xe0000001), .protocol = 253}),
            "goes from the router to a group");
  EXPECT_EQ(why({.source = kSelf, .destination = kB, .protocol = 2, .id = 1}),
            "is of a kind that routers send of their own accord");
}

TEST_F(CrossingTest, WhatIsLeftOut) {
  const auto address = Address::ipv4;
  EXPECT_EQ(why({.source = kA, .destination = kB, .ttl = 1}), "is too old to be forwarded");
  EXPECT_EQ(why({.source = kA, .destination = kSelf, .ttl = 1}), "");
  const auto of_length = [&](std::size_t length, const Address& to) {
    return of(ipv4({.source = kA, .destination = to}, Octets(length - 20))).why;
  };
  EXPECT_EQ(of_length(1500, kB), "");
  EXPECT_EQ(of_length(1501, kB), "is longer than the link that it goes out on takes");
  EXPECT_EQ(of_length(1501, kSelf), "");
  EXPECT_EQ(why({.source = kA, .destination = address(0x7f000001)}),
            "speaks of a loopback address");
  EXPECT_EQ(why({.source = address(0xe0000001), .destination = kB}), "comes from a group");
  EXPECT_EQ(why({.source = kA, .destination = address(0xe0000005)}),
            "goes to a group that the router is not in");
  EXPECT_EQ(why({.source = address(0), .destination = kB}), "comes from nobody, or goes to nobody");
  EXPECT_EQ(why({.source = address(0), .destination = address(0xffffffff)}), "");
}

TEST_F(CrossingTest, OptionsThatRoutersWriteTo) {
  const std::string_view changed = "has IPv4 options that routers change";
  const auto with_options = [&](const Octets& options) {
    return why({.source = kA, .destination = kB, .options = options});
  };
  EXPECT_EQ(with_options(hex("94040000")), "") << "router alert";
  EXPECT_EQ(with_options(hex("01010100")), "");
  EXPECT_EQ(with_options(hex("07070400 000000")), changed) << "record route";
  EXPECT_EQ(with_options(hex("00940400")), changed) << "something behind the end";
  EXPECT_EQ(with_options(hex("88020000")), changed) << "too short";
}

TEST_F(CrossingTest, Ipv6) {
  EXPECT_EQ(of(ipv6(253, Octets(8)), Family::ipv6).kind, Crossing::Kind::sent);
  EXPECT_EQ(of(ipv6(44, hex("000000")), Family::ipv6).kind, Crossing::Kind::left_out);
  Octets local = with(ipv6(253, Octets(8)), 8, hex("fe80"));
  EXPECT_EQ(of(local, Family::ipv6).why, "has an address that means nothing beyond its link");
  const Octets from_afar = with(ipv6(253, Octets(8)), 8, hex("2001 0db9"));
  EXPECT_EQ(of(from_afar, Family::ipv6).interface, "wan");
  const Octets padded = ipv6(0, hex("fd01 010c 00000000 00000000 00000000"));
  EXPECT_EQ(of(with(padded, 8, hex("2001 0db9")), Family::ipv6).why,
            "has options that routers refuse");
}

TEST_F(CrossingTest, BrokenHeadersComeInAnywhere) {
  const Crossing crossing = of(hex("45"));
  EXPECT_EQ(crossing.kind, Crossing::Kind::comes_in);
  EXPECT_EQ(crossing.interface, "lan");
}

}  // namespace
}  // namespace statewall
