#include "rules/evaluator.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;

/// Keeps what an evaluator tells, as text: "INPUT 1 ok", "web 2 -6", "log x: ".
class Trail final : public EvaluatorWitness {
 public:
  explicit Trail(const Ruleset& ruleset) : ruleset_(ruleset) {}
  void visited(const RulePlace& place, int unmet) override {
    const Chain& chain = ruleset_.table(place.table)->chains[place.chain];
    lines.push_back(chain.name + " " + std::to_string(place.rule + 1) + " " +
                    (unmet == unmet::kNone ? "ok" : std::to_string(unmet)));
  }
  void logs(const LogTarget& target, const Subject&) override {
    lines.push_back("log " + target.prefix);
  }
  void nflogs(const NflogTarget& target, const Subject&) override {
    lines.push_back("nflog " + target.prefix);
  }

  std::vector<std::string> lines;

 private:
  const Ruleset& ruleset_;
};

/// Table filter of a ruleset, and what it says of packets in INPUT.
class Filter {
 public:
  explicit Filter(std::string_view lines, bool skip_unsupported = false)
      : rules_(ruleset("*filter\n" + std::string(lines) + "\nCOMMIT\n", Family::ipv4,
                       skip_unsupported)),
        evaluator_(rules_, lists_, HostHash{{1, 2}}, 1) {}

  /// "ACCEPT by INPUT 2", "DROP by policy of INPUT", with a "?" behind if that is uncertain.
  std::string run(const Octets& packet = ipv4(protocol::udp, udp(1000, 53)),
                  Hook hook = Hook::input) {
    Sample sample(packet);
    return run(sample, hook);
  }
  std::string run(Sample& sample, Hook hook = Hook::input) {
    sample.subject.hook = hook;
    sample.subject.out = {};
    const Outcome quiet = evaluator_.run(TableKind::filter, sample.subject, nullptr, nullptr);
    return text(quiet);
  }

  std::vector<std::string> trail(const Octets& packet = ipv4(protocol::udp, udp(1000, 53))) {
    Sample sample(packet);
    sample.subject.hook = Hook::input;
    Trail trail(rules_);
    evaluator_.run(TableKind::filter, sample.subject, nullptr, &trail);
    return trail.lines;
  }

  /// "INPUT 2/256 0/0 policy 1/128; web ...": packets and bytes that each rule counted.
  std::string counters() const {
    std::string all;
    const Table& table = *rules_.table(TableKind::filter);
    for (std::uint32_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      if (chain.hook && chain.hook != Hook::input) continue;
      all += (all.empty() ? "" : "; ") + chain.name;
      for (std::uint32_t r = 0; r < chain.rules.size(); ++r) all += " " + counted({kFilter, c, r});
      if (chain.hook) all += " policy " + counted({kFilter, c, RulePlace::kPolicy});
    }
    return all;
  }

 private:
  static constexpr TableKind kFilter = TableKind::filter;

  std::string text(const Outcome& outcome) const {
    constexpr std::string_view kinds[] = {"ACCEPT", "DROP", "REJECT", "translate"};
    std::string all(kinds[static_cast<int>(outcome.kind)]);
    if (!outcome.decided) return all + " by nobody";
    const Chain& chain = rules_.table(kFilter)->chains[outcome.place.chain];
    const bool policy = outcome.place.rule == RulePlace::kPolicy;
    all += policy ? " by policy of " + chain.name
                  : " by " + chain.name + " " + std::to_string(outcome.place.rule + 1);
    return all + (outcome.uncertain ? "?" : "");
  }
  std::string counted(const RulePlace& place) const {
    const RuleCounters counters = evaluator_.counters(place);
    return std::to_string(counters.packets) + "/" + std::to_string(counters.bytes);
  }

  Ruleset rules_;
  RecentLists lists_{HostHash{{1, 2}}};
  Evaluator evaluator_;
};

using Lines = std::vector<std::string>;

TEST(Evaluator, TheFirstRuleThatMatchesDecides) {
  Filter filter("-A INPUT -p tcp -j DROP\n-A INPUT -p udp -j REJECT\n-A INPUT -p udp -j ACCEPT\n");
  EXPECT_EQ(filter.run(), "REJECT by INPUT 2");
  EXPECT_EQ(filter.run(ipv4(protocol::tcp, tcp({}))), "DROP by INPUT 1");
  EXPECT_EQ(filter.run(ipv4(99, {})), "ACCEPT by policy of INPUT");
  EXPECT_EQ(filter.counters(), "INPUT 1/40 1/28 0/0 policy 1/20");
}

TEST(Evaluator, Policies) {
  EXPECT_EQ(Filter(":INPUT DROP [0:0]\n").run(), "DROP by policy of INPUT");
  EXPECT_EQ(Filter(":INPUT ACCEPT [7:7]\n").run(), "ACCEPT by policy of INPUT");
  Filter each(":INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n");
  EXPECT_EQ(each.run(ipv4(99, {}), Hook::forward), "ACCEPT by policy of FORWARD");
  EXPECT_EQ(each.run(ipv4(99, {}), Hook::prerouting), "ACCEPT by nobody") << "filter has none";
}

TEST(Evaluator, ARuleWithoutTargetCounts) {
  Filter filter("-A INPUT\n-A INPUT -p udp\n-A INPUT -p tcp\n");
  EXPECT_EQ(filter.run(), "ACCEPT by policy of INPUT");
  EXPECT_EQ(filter.counters(), "INPUT 1/28 1/28 0/0 policy 1/28");
}

TEST(Evaluator, AJumpComesBackBehindTheRuleThatJumped) {
  Filter filter(
      ":a - [0:0]\n:b - [0:0]\n"
      "-A INPUT -j a\n-A INPUT -j DROP\n"
      "-A a -p tcp -j ACCEPT\n-A a -j b\n-A a -p icmp -j ACCEPT\n"
      "-A b -p esp -j ACCEPT\n");
  EXPECT_EQ(filter.run(), "DROP by INPUT 2");
  EXPECT_EQ(filter.trail(),
            (Lines{"INPUT 1 ok", "a 1 -6", "a 2 ok", "b 1 -6", "a 3 -6", "INPUT 2 ok"}));
  EXPECT_EQ(filter.run(ipv4(50, Octets(8))), "ACCEPT by b 1");
  EXPECT_EQ(filter.run(ipv4(protocol::icmp, icmp(8, 0, 0))), "ACCEPT by a 3");
}

TEST(Evaluator, AGotoComesBackToWhereTheLastJumpWas) {
  Filter filter(
      ":INPUT DROP [0:0]\n:a - [0:0]\n:b - [0:0]\n"
      "-A INPUT -p udp -j a\n-A INPUT -p udp -j REJECT\n-A INPUT -g b\n-A INPUT -j ACCEPT\n"
      "-A a -g b\n-A a -j ACCEPT\n"
      "-A b -p esp -j ACCEPT\n");
  EXPECT_EQ(filter.run(), "REJECT by INPUT 2") << "not by a 2";
  EXPECT_EQ(filter.run(ipv4(99, {})), "DROP by policy of INPUT") << "not by INPUT 4";
  EXPECT_EQ(filter.run(ipv4(50, Octets(8))), "ACCEPT by b 1");
}

TEST(Evaluator, ReturnEndsItsChain) {
  Filter filter(
      ":INPUT DROP [0:0]\n:a - [0:0]\n:b - [0:0]\n"
      "-A INPUT -p udp -j a\n-A INPUT -p tcp -g b\n-A INPUT -p esp -j RETURN\n-A INPUT -j REJECT\n"
      "-A a -j RETURN\n-A a -j ACCEPT\n"
      "-A b -j RETURN\n-A b -j ACCEPT\n");
  EXPECT_EQ(filter.run(), "REJECT by INPUT 4");
  EXPECT_EQ(filter.run(ipv4(protocol::tcp, tcp({}))), "DROP by policy of INPUT");
  EXPECT_EQ(filter.run(ipv4(50, Octets(8))), "DROP by policy of INPUT");
  EXPECT_EQ(filter.counters(), "INPUT 1/28 1/40 1/28 1/28 policy 2/68; a 1/28 0/0; b 1/40 0/0");
}

TEST(Evaluator, EmptyChainsAnywhere) {
  Filter filter(
      ":e1 - [0:0]\n:a - [0:0]\n:e2 - [0:0]\n:e3 - [0:0]\n"
      "-A INPUT -j e1\n-A INPUT -j a\n-A INPUT -p tcp -g e3\n-A INPUT -j DROP\n"
      "-A a -j e2\n-A a -j e3\n");
  EXPECT_EQ(filter.run(), "DROP by INPUT 4");
  EXPECT_EQ(filter.run(ipv4(protocol::tcp, tcp({}))), "ACCEPT by policy of INPUT");
  EXPECT_EQ(filter.trail(),
            (Lines{"INPUT 1 ok", "INPUT 2 ok", "a 1 ok", "a 2 ok", "INPUT 3 -6", "INPUT 4 ok"}));
}

TEST(Evaluator, AsDeepAsThereAreChains) {
  constexpr int kChains = 15;  // with INPUT as deep as a ruleset may lead
  std::string lines = "-A INPUT -j c0\n-A INPUT -j DROP\n", chains;
  for (int i = 0; i < kChains; ++i) {
    chains += ":c" + std::to_string(i) + " - [0:0]\n";
    const std::string from = "-A c" + std::to_string(i);
    if (i + 1 < kChains) lines += from + " -j c" + std::to_string(i + 1) + "\n";
    lines += from + " -p tcp\n";
  }
  Filter filter(chains + lines);
  EXPECT_EQ(filter.run(), "DROP by INPUT 2");
  EXPECT_EQ(filter.trail().size(), 2u + 2 * kChains - 1);
}

TEST(Evaluator, TellsTheFirstConditionThatDoesNotHold) {
  const char* rules[] = {"-s 10.0.0.0/8 -d 1.1.1.1",
                         "-d 1.1.1.1 -i dmz",
                         "-i dmz -p tcp",
                         "! -i lan",
                         "-p tcp -f",
                         "-f",
                         "-p udp --dport 54",
                         "-p udp -m mark --mark 1 -m udp --sport 1",
                         "! -p udp",
                         "! -s 192.168.1.0/24"};
  std::string lines;
  for (const char* rule : rules) lines += std::string("-A INPUT ") + rule + "\n";
  EXPECT_EQ(Filter(lines).trail(),
            (Lines{"INPUT 1 -2", "INPUT 2 -3", "INPUT 3 -4", "INPUT 4 -4", "INPUT 5 -6",
                   "INPUT 6 -7", "INPUT 7 0", "INPUT 8 0", "INPUT 9 -6", "INPUT 10 -2"}));
  EXPECT_EQ(Filter("-A INPUT -m comment --comment x -p udp -m udp --dport 54\n").trail(),
            (Lines{"INPUT 1 1"}))
      << "comments keep their place";
}

TEST(Evaluator, WithAWitnessItSaysTheSame) {
  Filter filter(
      "-A INPUT -s 9.9.9.9 -j DROP\n-A INPUT -p udp -j LOG --log-prefix \"l \"\n"
      "-A INPUT -j NFLOG --nflog-prefix n\n-A INPUT -d 10.0.0.0/8 -j REJECT\n");
  EXPECT_EQ(filter.trail(),
            (Lines{"INPUT 1 -2", "INPUT 2 ok", "log l ", "INPUT 3 ok", "nflog n", "INPUT 4 ok"}));
  EXPECT_EQ(filter.run(), "REJECT by INPUT 4");
  EXPECT_EQ(filter.counters(), "INPUT 0/0 2/56 2/56 2/56 policy 0/0");
}

// H1: a packet that is too short for a match is dropped by its rule, which does not count it.
TEST(Evaluator, AMatchMayDropThePacketAtOnce) {
  Filter filter("-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT\n-A INPUT -j ACCEPT\n");
  const Octets cut = ipv4(protocol::icmp, hex("0800"));
  EXPECT_EQ(filter.run(cut), "DROP by INPUT 1");
  EXPECT_EQ(filter.counters(), "INPUT 0/0 0/0 policy 0/0");
  EXPECT_EQ(filter.trail(cut), (Lines{"INPUT 1 0"}));
}

TEST(Evaluator, MatchesAreTriedInTheirOrderUpToTheFirstThatFails) {
  Filter limited_last("-A INPUT -m mark --mark 1 -m limit --limit 1/day --limit-burst 1 -j DROP\n");
  Sample marked(ipv4(99, {}));
  EXPECT_EQ(limited_last.run(marked), "ACCEPT by policy of INPUT");
  marked.subject.mark = 1;
  EXPECT_EQ(limited_last.run(marked), "DROP by INPUT 1") << "the limit was not yet used up";
  EXPECT_EQ(limited_last.run(marked), "ACCEPT by policy of INPUT");
  Filter limited_first(
      "-A INPUT -m limit --limit 1/day --limit-burst 1 -m mark --mark 1 -j DROP\n");
  Sample other(ipv4(99, {}));
  EXPECT_EQ(limited_first.run(other), "ACCEPT by policy of INPUT");
  other.subject.mark = 1;
  EXPECT_EQ(limited_first.run(other), "ACCEPT by policy of INPUT");
}

TEST(Evaluator, EachRuleRemembersForItself) {
  Filter filter(
      "-A INPUT -m statistic --mode nth --every 2 --packet 0\n"
      "-A INPUT -m statistic --mode nth --every 3 --packet 0\n");
  for (int i = 0; i < 6; ++i) filter.run();
  EXPECT_EQ(filter.counters(), "INPUT 3/84 2/56 policy 6/168");
}

TEST(Evaluator, MarksAreSeenByTheRulesBehind) {
  Filter filter(
      "-A INPUT -m mark --mark 5 -j DROP\n-A INPUT -j MARK --set-mark 5\n"
      "-A INPUT -m mark --mark 5 -j REJECT\n");
  EXPECT_EQ(filter.run(), "REJECT by INPUT 3");
}

TEST(Evaluator, WhatIsNotSupportedIsPassedOverAndMakesUncertain) {
  Filter filter(
      "-A INPUT -m u32 --u32 0=0 -p udp -j DROP\n-A INPUT -p udp -j TRACE\n"
      "-A INPUT -p tcp -m u32 --u32 0=0 -j DROP\n",
      true);
  EXPECT_EQ(filter.run(), "ACCEPT by policy of INPUT?");
  EXPECT_EQ(filter.run(ipv4(99, {})), "ACCEPT by policy of INPUT") << "other conditions fail";
  EXPECT_EQ(filter.counters(), "INPUT 0/0 0/0 0/0 policy 2/48");
  EXPECT_EQ(Filter("-A INPUT -m u32 --u32 0=0\n", true).run(), "ACCEPT by policy of INPUT")
      << "it would only have counted";
}

TEST(Evaluator, TablesAndHooksThatAreThere) {
  const Ruleset rules = ruleset(
      "*raw\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*nat\n-A POSTROUTING -j "
      "MASQUERADE\nCOMMIT\n");
  RecentLists lists{HostHash{}};
  Evaluator evaluator(rules, lists, HostHash{}, 1);
  EXPECT_TRUE(evaluator.has_chain(TableKind::raw, Hook::prerouting));
  EXPECT_FALSE(evaluator.has_chain(TableKind::raw, Hook::input));
  EXPECT_FALSE(evaluator.has_chain(TableKind::filter, Hook::input));
  Sample sample(ipv4(99, {}));
  sample.subject.hook = Hook::postrouting;
  const Outcome outcome = evaluator.run(TableKind::nat, sample.subject, nullptr, nullptr);
  EXPECT_EQ(outcome.kind, Outcome::Kind::translate);
  ASSERT_NE(outcome.target, nullptr);
  EXPECT_TRUE(std::holds_alternative<NatTarget>(*outcome.target));
  EXPECT_EQ(evaluator.counters({TableKind::filter, 0, 0}), RuleCounters{});
}

}  // namespace
}  // namespace statewall::rules
