#include "firewall/way.h"

#include <gtest/gtest.h>

#include "firewall/testing.h"

namespace statewall {
namespace {

using namespace testing;
using Lines = std::vector<std::string>;

Way way(std::string_view from, std::string_view to, bool local = false,
        const rules::Topology& topology = Gate::topology()) {
  Headers headers;
  headers.family = from.find(':') == from.npos ? Family::ipv4 : Family::ipv6;
  headers.source = address(from);
  headers.destination = address(to);
  return way_of(headers, topology, local);
}

TEST(Way, IsToldByTheAddresses) {
  EXPECT_EQ(way("192.168.1.6", "10.0.0.10"), Way::forward);
  EXPECT_EQ(way("192.168.1.6", "192.168.1.1"), Way::input);
  EXPECT_EQ(way("192.168.1.6", "10.0.0.1"), Way::input) << "its address on the other side";
  EXPECT_EQ(way("192.168.1.6", "192.168.1.255"), Way::input);
  EXPECT_EQ(way("192.168.1.6", "255.255.255.255"), Way::input);
  EXPECT_EQ(way("192.168.1.6", "224.0.0.1"), Way::input);
  EXPECT_EQ(way("192.168.1.1", "192.168.1.6"), Way::output);
  EXPECT_EQ(way("192.168.1.1", "224.0.0.1"), Way::output);
  EXPECT_EQ(way("192.168.1.1", "10.0.0.1"), Way::loopback);
  EXPECT_EQ(way("127.0.0.1", "127.0.0.1"), Way::loopback);
  EXPECT_EQ(way("fd00:1::5", "fd00:2::5"), Way::forward);
  EXPECT_EQ(way("fd00:1::5", "fd00:1::1"), Way::input);
  EXPECT_EQ(way("fd00:1::5", "ff02::1"), Way::input);
  EXPECT_EQ(way("fd00:1::1", "fd00:1::5"), Way::output);
  EXPECT_EQ(way("::1", "::1"), Way::loopback);
}

TEST(Way, WithoutAddressesEverythingIsForwarded) {
  for (const char* to : {"10.0.0.1", "255.255.255.255", "224.0.0.1", "127.0.0.1"}) {
    EXPECT_EQ(way("192.168.1.6", to, false, {}), Way::forward) << to;
  }
  EXPECT_EQ(way("10.0.0.10", "192.168.1.6", true, {}), Way::output) << "but for its own answers";
}

/// A ruleset with one rule in each chain of each table, which matches everything.
std::string rule_everywhere() {
  std::string text;
  for (const rules::TableKind kind : {rules::TableKind::raw, rules::TableKind::mangle,
                                      rules::TableKind::nat, rules::TableKind::filter}) {
    std::string lines;
    for (int hook = 0; hook < rules::kHooks; ++hook) {
      if (!rules::has_hook(kind, static_cast<rules::Hook>(hook))) continue;
      lines += "-A " + std::string(rules::name(static_cast<rules::Hook>(hook))) + "\n";
    }
    text += table(rules::name(kind), lines);
  }
  return text;
}

// As the packets of a kernel's tables were counted.
TEST(Way, TheOrderOfTheTables) {
  Gate gate(rule_everywhere());
  gate.handle(ping(kA, kB));
  EXPECT_EQ(gate.visits,
            (Lines{"raw PREROUTING", "mangle PREROUTING", "nat PREROUTING", "mangle FORWARD",
                   "filter FORWARD", "mangle POSTROUTING", "nat POSTROUTING"}));
  gate.handle(ping(kA, kLan));
  EXPECT_EQ(gate.visits, (Lines{"raw PREROUTING", "mangle PREROUTING", "nat PREROUTING",
                                "mangle INPUT", "filter INPUT", "nat INPUT"}));
  gate.handle(ping(kWan, kB));
  EXPECT_EQ(gate.visits, (Lines{"raw OUTPUT", "mangle OUTPUT", "nat OUTPUT", "filter OUTPUT",
                                "mangle POSTROUTING", "nat POSTROUTING"}));
  gate.handle(ping(kLan, kWan));
  EXPECT_EQ(gate.visits, (Lines{"raw OUTPUT", "mangle OUTPUT", "nat OUTPUT", "filter OUTPUT",
                                "mangle POSTROUTING", "nat POSTROUTING", "raw PREROUTING",
                                "mangle PREROUTING", "mangle INPUT", "filter INPUT"}));
}

TEST(Way, OnlyTheFirstPacketOfAConnectionMeetsTableNat) {
  Gate gate(rule_everywhere());
  const Lines without = {"raw PREROUTING", "mangle PREROUTING", "mangle FORWARD", "filter FORWARD",
                         "mangle POSTROUTING"};
  gate.handle(ping(kA, kB));
  EXPECT_EQ(gate.visits.size(), 7u);
  gate.handle(ping(kA, kB));
  EXPECT_EQ(gate.visits, without) << "a further packet";
  gate.handle(pong(kB, kA));
  EXPECT_EQ(gate.visits, without) << "a reply";
  gate.handle(pong(kB, kA, 0x99990001));
  EXPECT_EQ(gate.visits, without) << "INVALID";
  gate.handle(message(kB, kA, 3, 1, 0, ping(kA, kB)));
  EXPECT_EQ(gate.visits, without) << "RELATED";
}

TEST(Way, WhatEachHookSeesOfInterfacesAndTtl) {
  Gate gate(table("mangle",
                  "-A PREROUTING -i lan -m ttl --ttl-eq 64\n"
                  "-A FORWARD -i lan -o wan -m ttl --ttl-eq 63\n"
                  "-A POSTROUTING -o wan -m ttl --ttl-eq 63\n-A POSTROUTING ! -o wan\n"
                  "-A INPUT -i lan -m ttl --ttl-eq 64\n"
                  "-A OUTPUT -o wan -m ttl --ttl-eq 64\n"));
  gate.handle(ping(kA, kB));
  EXPECT_EQ(gate.met, (Lines{"mangle PREROUTING", "mangle FORWARD", "mangle POSTROUTING"}));
  gate.handle(ping(kA, kLan));
  EXPECT_EQ(gate.met, (Lines{"mangle PREROUTING", "mangle INPUT"}));
  gate.handle(ping(kWan, kB));
  EXPECT_EQ(gate.met, (Lines{"mangle OUTPUT"})) << "nobody takes one off its TTL";
}

}  // namespace
}  // namespace statewall
