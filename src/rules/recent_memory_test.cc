#include "rules/recent_memory.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;
using What = RecentMatch::What;

const Address kAllOnes = address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

RecentMatch recent(What what, RecentMatch match = {}) {
  match.what = what;
  match.mask = kAllOnes;
  return match;
}

/// Rules about one list, tried one after the other by each packet.
class Rules {
 public:
  explicit Rules(std::vector<RecentMatch> rules) : rules_(std::move(rules)) {
    for (const RecentMatch& rule : rules_) {
      RecentList& list = lists_.of(rule);
      list.expect_hits(rule.hitcount);
    }
  }

  /// '1' for each that matches a packet from 10.0.0.`host`.
  std::string see(std::uint8_t host, double at, std::uint8_t ttl = 64) {
    const Octets bytes = ipv4({.source = Address::ipv4(0x0a000000u | host),
                               .destination = kB,
                               .protocol = 99,
                               .ttl = ttl},
                              {});
    Sample sample(bytes);
    sample.subject.hook = Hook::prerouting;
    return see(sample, at);
  }
  std::string see(Sample& sample, double at) {
    sample.subject.now = seconds(at);
    std::string matched;
    for (const RecentMatch& rule : rules_) {
      matched += lists_.of(rule).test(rule, sample.subject) ? '1' : '0';
    }
    return matched;
  }

 private:
  std::vector<RecentMatch> rules_;
  RecentLists lists_{HostHash{{1, 2}}};
};

// The expectations of the next six are what a kernel counted.
TEST(RecentMemory, RemembersWhomItSaw) {
  Rules rules({recent(What::rcheck), recent(What::set)});
  EXPECT_EQ(rules.see(2, 0), "01");
  EXPECT_EQ(rules.see(3, 0), "01");
  EXPECT_EQ(rules.see(2, 0), "11");
}

TEST(RecentMemory, HitsWithinSeconds) {
  Rules rules({recent(What::update, {.seconds = 2, .hitcount = 3}), recent(What::set)});
  for (const double at : {0.0, 0.1, 0.2}) EXPECT_EQ(rules.see(2, at), "01");
  for (const double at : {0.3, 0.4}) EXPECT_EQ(rules.see(2, at), "11");
  for (const double at : {2.5, 2.6}) EXPECT_EQ(rules.see(2, at), "01");
}

TEST(RecentMemory, Inverted) {
  Rules check({recent(What::rcheck, {.inverted = true, .seconds = 1}), recent(What::set)});
  EXPECT_EQ(check.see(2, 0), "11");
  EXPECT_EQ(check.see(2, 0.5), "01");
  EXPECT_EQ(check.see(2, 1.6), "11");
  Rules set({recent(What::set, {.inverted = true}), recent(What::rcheck)});
  EXPECT_EQ(set.see(2, 0), "01");
  EXPECT_EQ(set.see(2, 0), "01");
  Rules remove({recent(What::set), recent(What::remove, {.inverted = true}), recent(What::rcheck)});
  EXPECT_EQ(remove.see(2, 0), "100");
  EXPECT_EQ(remove.see(2, 0), "100");
}

TEST(RecentMemory, TheTtlMayCount) {
  Rules rules({recent(What::rcheck, {.rttl = true}), recent(What::set)});
  EXPECT_EQ(rules.see(2, 0, 64), "01");
  EXPECT_EQ(rules.see(2, 0, 63), "01");
  EXPECT_EQ(rules.see(2, 0, 63), "11");
  EXPECT_EQ(rules.see(2, 0, 64), "01");
}

TEST(RecentMemory, ReapingForgetsTheOldest) {
  Rules rules({recent(What::rcheck, {.seconds = 1, .reap = true, .name = "r"}),
               recent(What::rcheck, {.name = "r"}), recent(What::set, {.name = "r"})});
  EXPECT_EQ(rules.see(3, 0), "001");
  EXPECT_EQ(rules.see(2, 0), "001");
  EXPECT_EQ(rules.see(2, 1.2), "011") << "10.0.0.3 is forgotten";
  EXPECT_EQ(rules.see(3, 1.3), "001");
}

TEST(RecentMemory, ReapingSparesWhomItUpdates) {
  Rules rules({recent(What::update, {.inverted = true, .seconds = 1, .reap = true}),
               recent(What::rcheck, {.seconds = 1}), recent(What::set)});
  EXPECT_EQ(rules.see(3, 0), "101");
  EXPECT_EQ(rules.see(3, 1.2), "111") << "updated, not reaped";
}

TEST(RecentMemory, TheFirstRulesMaskHolds) {
  RecentMatch network = recent(What::set);
  network.mask = address("255.255.255.0");
  Rules rules({network, recent(What::rcheck)});
  EXPECT_EQ(rules.see(2, 0), "11");
  EXPECT_EQ(rules.see(66, 0), "11");
}

TEST(RecentMemory, AListThatIpv4NamesFirstKnowsIpv6AddressesInFull) {
  const Ruleset rules = ruleset("*filter\n-A INPUT -m recent --set --name both\nCOMMIT\n");
  const auto& rule = rules.table(TableKind::filter)->chains.front().rules.front();
  EXPECT_EQ(std::get_if<RecentMatch>(&rule.matches.front())->mask, kAllOnes);
}

TEST(RecentMemory, ForwardedPacketsCountTheirTtlAsItCame) {
  Rules rules({recent(What::rcheck, {.rttl = true}), recent(What::set)});
  const auto packet = [](std::uint8_t ttl) {
    return ipv4({.source = kA, .destination = kB, .protocol = 99, .ttl = ttl}, {});
  };
  Sample before(packet(64));
  before.subject.hook = Hook::prerouting;
  EXPECT_EQ(rules.see(before, 0), "01");
  Sample behind(packet(63));
  behind.subject.hook = Hook::forward;
  EXPECT_EQ(rules.see(behind, 0), "11");
  Sample sent(packet(63));
  sent.subject.hook = Hook::postrouting;
  sent.subject.local = true;
  EXPECT_EQ(rules.see(sent, 0), "01");
  // A reset of REJECT: it is set with the 63 of before, and taken for forwarded.
  Sample reset(packet(62));
  reset.subject.hook = Hook::output;
  reset.subject.local = reset.subject.without_socket = true;
  EXPECT_EQ(rules.see(reset, 0), "11");
}

TEST(RecentMemory, EitherEnd) {
  Rules rules({recent(What::rcheck, {.by_destination = true}), recent(What::set)});
  Sample there(ipv4({.source = kA, .destination = kB, .protocol = 99}, {}));
  Sample back(ipv4({.source = kB, .destination = kA, .protocol = 99}, {}));
  EXPECT_EQ(rules.see(there, 0), "01");
  EXPECT_EQ(rules.see(there, 0), "01") << "192.168.1.6 was set, not 10.0.0.10";
  EXPECT_EQ(rules.see(back, 0), "11");
}

TEST(RecentMemory, RoomForAHundredAddresses) {
  Rules rules({recent(What::rcheck), recent(What::set)});
  for (std::uint8_t host = 1; host <= 100; ++host) EXPECT_EQ(rules.see(host, 0), "01");
  EXPECT_EQ(rules.see(1, 1), "11");
  EXPECT_EQ(rules.see(101, 2), "01") << "in the place of 10.0.0.2, seen longest ago";
  EXPECT_EQ(rules.see(1, 3), "11");
  EXPECT_EQ(rules.see(3, 3), "11");
  EXPECT_EQ(rules.see(2, 3), "01");
}

TEST(RecentMemory, AsManyHitsAsARuleAsksFor) {
  Rules rules({recent(What::rcheck, {.hitcount = 255}), recent(What::set)});
  for (int i = 0; i < 255; ++i) EXPECT_EQ(rules.see(2, i), "01") << i;
  for (int i = 0; i < 300; ++i) EXPECT_EQ(rules.see(2, 255 + i), "11") << i;
}

TEST(RecentMemory, ListsOfOtherNamesKnowNothing) {
  Rules rules({recent(What::rcheck, {.name = "b"}), recent(What::set, {.name = "a"})});
  EXPECT_EQ(rules.see(2, 0), "01");
  EXPECT_EQ(rules.see(2, 0), "01");
}

TEST(RecentMemory, AddressesOfTheOtherFamilyAreOthers) {
  Rules rules({recent(What::rcheck), recent(What::set)});
  Sample four(ipv4({.source = address("32.1.13.184"), .destination = kB, .protocol = 99}, {}));
  Sample six(with(ipv6(59, {}), 8, hex("20010db8 00000000 00000000 00000000")));
  EXPECT_EQ(rules.see(four, 0), "01");
  EXPECT_EQ(rules.see(six, 0), "01");
}

}  // namespace
}  // namespace statewall::rules
