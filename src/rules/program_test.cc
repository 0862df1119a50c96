#include "rules/program.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;

TEST(InterfaceTests, NamesBeginningsAndTheirInversions) {
  struct Case {
    InterfaceCondition condition;
    bool of_eth0, of_eth1, of_none;
  };
  const Case cases[] = {
      {{"eth0", false, false}, true, false, false}, {{"eth0", false, true}, false, true, true},
      {{"eth", true, false}, true, true, false},    {{"eth", true, true}, false, false, true},
      {{"", true, false}, true, true, true},        {{"", true, true}, false, false, false}};
  InterfaceTests tests;
  std::vector<std::uint32_t> numbers;
  for (const Case& c : cases) numbers.push_back(tests.add(c.condition));
  for (int round = 0; round < 2; ++round) {
    for (const std::string_view name : {"eth0", "eth1", ""}) {
      tests.look_at(name);
      for (std::size_t i = 0; i < std::size(cases); ++i) {
        const Case& c = cases[i];
        const bool expected = name == "eth0" ? c.of_eth0 : name == "eth1" ? c.of_eth1 : c.of_none;
        EXPECT_EQ(tests.holds(numbers[i]), expected) << i << " " << name;
      }
    }
  }
}

TEST(InterfaceTests, EqualConditionsAreOne) {
  InterfaceTests tests;
  EXPECT_EQ(tests.add({}), InterfaceTests::kAny);
  EXPECT_EQ(tests.add({"a", false, false}), tests.add({"a", false, false}));
  EXPECT_NE(tests.add({"a", false, false}), tests.add({"a", true, false}));
  EXPECT_TRUE(tests.holds(InterfaceTests::kAny));
}

TEST(InterfaceTests, MoreThanSixteenBitsCount) {
  InterfaceTests tests;
  std::uint32_t last = 0;
  for (int i = 0; i < 70'000; ++i) last = tests.add({"i" + std::to_string(i), false, false});
  EXPECT_EQ(last, 69'999u);
  tests.look_at("i69999");
  EXPECT_TRUE(tests.holds(last));
  EXPECT_FALSE(tests.holds(69'999 - 65'536));
}

/// Rules with random addresses of few kinds, so that packets meet some of them.
Rule random_rule(std::mt19937& random, Family family) {
  const auto random_network = [&] {
    Network network;
    if (random() % 3 == 0) return network;
    const std::size_t length = family == Family::ipv4 ? 4 : 16;
    for (std::size_t i = 0; i < length; ++i) {
      network.mask.bytes[i] = random() % 2 == 0 ? 0xff : random() % 2 == 0 ? 0x01 : 0x00;
      network.address.bytes[i] = static_cast<std::uint8_t>(random() % 2 & network.mask.bytes[i]);
    }
    network.inverted = random() % 4 == 0;
    return network;
  };
  Rule rule;
  rule.source = random_network();
  rule.destination = random_network();
  if (random() % 2 == 0) rule.protocol = random() % 2 == 0 ? 6 : 17;
  rule.protocol_inverted = rule.protocol != 0 && random() % 3 == 0;
  return rule;
}

bool in(const Address& address, const Network& network) {
  if (network.mask == Address{} && !network.inverted) return true;
  bool equal = true;
  for (std::size_t i = 0; i < 16; ++i) {
    equal = equal && (address.bytes[i] & network.mask.bytes[i]) == network.address.bytes[i];
  }
  return equal != network.inverted;
}

/// The same as first_unmet, slow and obvious.
int expected_unmet(const Rule& rule, const Headers& headers) {
  if (!in(headers.source, rule.source)) return unmet::kSource;
  if (!in(headers.destination, rule.destination)) return unmet::kDestination;
  const bool protocol_given = rule.protocol != 0 || rule.protocol_inverted;
  if (protocol_given && (headers.protocol == rule.protocol) == rule.protocol_inverted) {
    return unmet::kProtocol;
  }
  return unmet::kNone;
}

TEST(Program, StepsMeanWhatTheirRulesSay) {
  std::mt19937 random(1);
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    Table table;
    table.chains.resize(1);
    for (int i = 0; i < 200; ++i) table.chains[0].rules.push_back(random_rule(random, family));
    const Program program = compile(table, family);
    for (int packet = 0; packet < 200; ++packet) {
      const auto random_address = [&] {
        Address address;
        const std::size_t length = family == Family::ipv4 ? 4 : 16;
        for (std::size_t i = 0; i < length; ++i) {
          address.bytes[i] = static_cast<std::uint8_t>(random() % 2);
        }
        return address;
      };
      const Address source = random_address(), destination = random_address();
      const std::uint8_t number = random() % 2 == 0 ? 6 : 17;
      Sample sample(built([&](auto out) {
        return family == Family::ipv4
                   ? build_ipv4(out,
                                {.source = source, .destination = destination, .protocol = number},
                                Octets(20))
                   : build_ipv6(
                         out, {.source = source, .destination = destination, .next_header = number},
                         Octets(20));
      }));
      const StepView view(sample.subject);
      std::uint32_t next = 0;
      for (std::uint32_t i = 0; i < 200; ++i) {
        const int expected = expected_unmet(table.chains[0].rules[i], sample.packet.headers);
        ASSERT_EQ(first_unmet(program, i, view), expected) << i;
        // No rule that the packet meets is passed by.
        if (next <= i) next = next_candidate(program, i, 200, view);
        if (expected == unmet::kNone) {
          ASSERT_EQ(next, i);
        }
      }
    }
  }
}

TEST(Program, ChainsLieOneBehindTheOther) {
  const Ruleset rules = ruleset(
      "*filter\n:a - [0:0]\n:b - [0:0]\n-A INPUT -j a\n-A a -m comment --comment x -p udp -m udp "
      "--dport 1 -j DROP\n-A a -g b\n-A a -j LOG\nCOMMIT\n");
  const Table& table = *rules.table(TableKind::filter);
  const Program program = compile(table, Family::ipv4);
  ASSERT_EQ(program.chains.size(), table.chains.size());
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < table.chains.size(); ++i) {
    EXPECT_EQ(program.chains[i].first, first);
    first += static_cast<std::uint32_t>(table.chains[i].rules.size());
    EXPECT_EQ(program.chains[i].end, first);
  }
  ASSERT_EQ(program.steps.size(), 4u);
  EXPECT_EQ(program.steps[0].action, Action::jump);
  EXPECT_EQ(program.steps[1].action, Action::drop);
  EXPECT_EQ(program.steps[1].matches, 1) << "comments cost nothing";
  EXPECT_EQ(program.matches[0].index, 1);
  EXPECT_EQ(program.steps[2].action, Action::go);
  EXPECT_EQ(table.chains[program.steps[2].target].name, "b");
  EXPECT_EQ(program.steps[3].action, Action::effect);
}

}  // namespace
}  // namespace statewall::rules
