#include <gtest/gtest.h>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;
using Types = AddrtypeMatch;

Octets from_to(std::string_view from, std::string_view to) {
  if (from.find(':') == from.npos) {
    return ipv4({.source = address(from), .destination = address(to), .protocol = 99}, {});
  }
  return built([&](auto out) {
    return build_ipv6(out, {.source = address(from), .destination = address(to), .next_header = 59},
                      {});
  });
}

TEST(IpRangeMatch, HoldsBothItsEnds) {
  const IpRangeMatch::Addresses range{
      .given = true, .low = address("10.0.0.10"), .high = address("10.0.1.5")};
  struct Case {
    const char* address;
    bool inside;
  };
  for (const Case& c : {Case{"10.0.0.9", false}, Case{"10.0.0.10", true}, Case{"10.0.0.255", true},
                        Case{"10.0.1.5", true}, Case{"10.0.1.6", false}, Case{"9.0.0.11", false}}) {
    const Sample source(from_to(c.address, "1.1.1.1")), destination(from_to("1.1.1.1", c.address));
    IpRangeMatch match{.source = range};
    EXPECT_EQ(holds(match, source), c.inside) << c.address;
    match = {.destination = range};
    EXPECT_EQ(holds(match, destination), c.inside) << c.address;
    match.destination.inverted = true;
    EXPECT_EQ(holds(match, destination), !c.inside) << c.address;
  }
}

TEST(IpRangeMatch, BothMustHold) {
  const IpRangeMatch match{
      .source = {.given = true, .low = address("10.0.0.1"), .high = address("10.0.0.9")},
      .destination = {.given = true, .low = address("10.0.1.1"), .high = address("10.0.1.9")}};
  EXPECT_TRUE(holds(match, Sample(from_to("10.0.0.1", "10.0.1.9"))));
  EXPECT_FALSE(holds(match, Sample(from_to("10.0.1.1", "10.0.1.9"))));
  EXPECT_FALSE(holds(match, Sample(from_to("10.0.0.1", "10.0.0.9"))));
}

TEST(IpRangeMatch, Ipv6) {
  const IpRangeMatch match{
      .source = {.given = true, .low = address("fd00::10"), .high = address("fd00::1:0")},
      .destination = {}};
  EXPECT_TRUE(holds(match, Sample(from_to("fd00::ffff", "fd00::1"))));
  EXPECT_FALSE(holds(match, Sample(from_to("fd00::f", "fd00::1"))));
  EXPECT_FALSE(holds(match, Sample(from_to("fd00::1:1", "fd00::1"))));
}

/// A router with two networks.
void settle(Sample& sample) {
  for (const char* local : {"192.168.1.1/24=lan", "10.0.0.1/24=wan", "fd00:1::1/64=lan"}) {
    sample.topology.add(*Topology::parse_local(local));
  }
}

bool has_type(const char* to, std::uint16_t type, std::string_view limit = {}) {
  const bool six = std::string_view(to).find(':') != std::string_view::npos;
  Sample sample(from_to(six ? "fd00:9::9" : "9.9.9.9", to));
  settle(sample);
  sample.subject.in = limit;
  return holds(AddrtypeMatch{.destination = type, .limit_iface_in = !limit.empty()}, sample);
}

TEST(AddrtypeMatch, EachIpv4AddressHasOneType) {
  struct Case {
    const char* address;
    std::uint16_t type;
  };
  for (const Case& c :
       {Case{"8.8.8.8", Types::kUnicast}, Case{"192.168.1.1", Types::kLocal},
        Case{"10.0.0.1", Types::kLocal}, Case{"127.0.0.1", Types::kLocal},
        Case{"127.1.2.3", Types::kLocal}, Case{"192.168.1.255", Types::kBroadcast},
        Case{"10.0.0.255", Types::kBroadcast}, Case{"255.255.255.255", Types::kBroadcast},
        Case{"127.255.255.255", Types::kBroadcast}, Case{"0.0.0.0", Types::kBroadcast},
        Case{"0.1.2.3", Types::kBroadcast}, Case{"224.0.0.1", Types::kMulticast},
        Case{"239.255.255.255", Types::kMulticast}, Case{"240.0.0.1", Types::kUnicast},
        Case{"192.168.1.5", Types::kUnicast}, Case{"192.168.2.255", Types::kUnicast}}) {
    for (std::uint16_t type = 1; type <= Types::kXresolve;
         type = static_cast<std::uint16_t>(type * 2)) {
      EXPECT_EQ(has_type(c.address, type), type == c.type) << c.address << " " << type;
    }
    EXPECT_TRUE(has_type(c.address, static_cast<std::uint16_t>(c.type | Types::kProhibit)));
  }
}

TEST(AddrtypeMatch, LimitedToAnInterface) {
  EXPECT_TRUE(has_type("192.168.1.1", Types::kLocal, "lan"));
  EXPECT_FALSE(has_type("192.168.1.1", Types::kLocal, "wan"));
  EXPECT_TRUE(has_type("192.168.1.1", Types::kUnicast, "wan"));
  EXPECT_TRUE(has_type("192.168.1.255", Types::kBroadcast, "lan"));
  EXPECT_TRUE(has_type("192.168.1.255", Types::kUnicast, "wan"));
  EXPECT_TRUE(has_type("255.255.255.255", Types::kBroadcast, "wan"));
  EXPECT_TRUE(has_type("127.0.0.1", Types::kLocal, "lo"));
  EXPECT_TRUE(has_type("127.0.0.1", Types::kUnicast, "lan"));
}

TEST(AddrtypeMatch, Ipv6TypesOverlap) {
  EXPECT_TRUE(has_type("fd00:1::1", Types::kLocal));
  EXPECT_TRUE(has_type("fd00:1::1", Types::kUnicast));
  EXPECT_TRUE(has_type("fd00:1::1", Types::kUnicast | Types::kLocal));
  EXPECT_FALSE(has_type("fd00:1::2", Types::kUnicast | Types::kLocal));
  EXPECT_TRUE(has_type("fd00:1::2", Types::kUnicast));
  EXPECT_TRUE(has_type("::1", Types::kLocal));
  EXPECT_TRUE(has_type("ff02::1", Types::kMulticast));
  EXPECT_FALSE(has_type("ff02::1", Types::kUnicast));
  EXPECT_FALSE(has_type("ff02::1", Types::kUnicast | Types::kMulticast)) << "all must hold";
  EXPECT_TRUE(has_type("::", Types::kUnspec));
  EXPECT_FALSE(has_type("::", Types::kUnicast));
  EXPECT_FALSE(has_type("fd00:1::1", Types::kLocal, "wan"));
  EXPECT_TRUE(has_type("fd00:1::1", Types::kLocal, "lan"));
}

TEST(AddrtypeMatch, SourceAndDestination) {
  Sample sample(from_to("192.168.1.1", "8.8.8.8"));
  settle(sample);
  EXPECT_TRUE(
      holds(AddrtypeMatch{.source = Types::kLocal, .destination = Types::kUnicast}, sample));
  EXPECT_FALSE(holds(AddrtypeMatch{.source = Types::kLocal, .source_inverted = true}, sample));
  EXPECT_TRUE(
      holds(AddrtypeMatch{.destination = Types::kLocal, .destination_inverted = true}, sample));
  sample.subject.out = "wan";
  const AddrtypeMatch at_wan{.source = Types::kLocal, .limit_iface_out = true};
  EXPECT_FALSE(holds(at_wan, sample));
}

}  // namespace
}  // namespace statewall::rules
