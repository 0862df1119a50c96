#include "rules/reach.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "rules/advice.h"
#include "rules/testing.h"

// Rulesets of few conditions at random, and every packet that they tell apart: no rule that is
// said never to match may match any.

namespace statewall::rules {
namespace {

using namespace statewall::testing;

constexpr int kRulesets = 400;
constexpr int kChains = 4;

class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string write() {
    std::string text = "*mangle\n";
    for (int i = 0; i < kChains; ++i) text += ":c" + std::to_string(i) + " - [0:0]\n";
    for (int i = 0; i < 7; ++i) text += "-A FORWARD" + rule(-1);
    for (int i = 0; i < kChains; ++i) {
      for (unsigned j = 2 + below(4); j > 0; --j) text += "-A c" + std::to_string(i) + rule(i);
    }
    return text + "COMMIT\n";
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  std::string one_of(const std::vector<std::string>& words) {
    return words[below(static_cast<unsigned>(words.size()))];
  }

  std::string rule(int chain) {
    std::string text;
    if (below(3) == 0) text += one_of({" -i lan", " -i wan", " ! -i lan", " -i la+"});
    if (below(3) == 0) {
      text += one_of({" -s 10.0.0.0/8", " -s 10.0.0.1", " ! -s 10.0.0.1", " -s 10.0.0.0/31"});
    }
    if (below(3) == 0) text += one_of({" -m mark --mark 1", " -m mark --mark 0"});
    if (below(2) == 0) {
      text += one_of({" -p tcp", " -p udp", " ! -p udp", " -p tcp --dport 22",
                      " -p tcp --dport 1:80", " -p tcp ! --dport 22", " -p udp --dport 53"});
    }
    return text + target(chain) + "\n";
  }

  std::string target(int chain) {
    if (below(12) == 0) return " -j MARK --set-mark " + std::to_string(below(2));
    if (chain + 1 < kChains && below(2) == 0) {
      const auto later = static_cast<unsigned>(kChains - chain - 1);
      return one_of({" -j", " -j", " -g"}) + " c" +
             std::to_string(chain + 1 + static_cast<int>(below(later)));
    }
    return one_of({" -j ACCEPT", " -j DROP", " -j RETURN", ""});
  }

  std::mt19937 random_;
};

void pass_every_packet(Evaluator& evaluator) {
  for (const std::uint32_t source : {0x0a000000u, 0x0a000001u, 0x0a000002u, 0x0b000001u}) {
    for (const std::string_view in : {"lan", "lab", "wan"}) {
      for (const std::uint16_t port : std::initializer_list<std::uint16_t>{22, 53, 80, 443}) {
        for (const bool is_tcp : {true, false}) {
          const Octets bytes = ipv4({.source = Address::ipv4(source),
                                     .destination = kB,
                                     .protocol = is_tcp ? protocol::tcp : protocol::udp},
                                    is_tcp ? tcp({.destination_port = port}) : udp(1, port));
          for (const std::uint32_t mark : {0u, 1u, 2u}) {
            Sample sample(bytes);
            sample.subject.in = in;
            sample.subject.mark = mark;
            evaluator.run(TableKind::mangle, sample.subject, nullptr, nullptr);
          }
        }
      }
    }
  }
}

TEST(Reach, WhatIsSaidNeverToMatchDoesNot) {
  int never = 0, silent = 0;
  for (unsigned seed = 1; seed <= kRulesets && !HasFailure(); ++seed) {
    const std::string text = Writer(seed).write();
    const Ruleset rules = ruleset(text);
    std::set<std::uint32_t> named;
    for (const Advice& advice : advise(rules)) named.insert(advice.line);
    RecentLists lists{HostHash{{1, 2}}};
    Evaluator evaluator(rules, lists, HostHash{{1, 2}}, 1);
    pass_every_packet(evaluator);
    const Table& table = rules.tables[0];
    for (std::uint32_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      std::uint64_t all = 0;
      for (std::uint32_t r = 0; r < chain.rules.size(); ++r) {
        const std::uint64_t packets = evaluator.counters({TableKind::mangle, c, r}).packets;
        all += packets;
        if (named.contains(chain.rules[r].line)) {
          ++never;
          EXPECT_EQ(packets, 0u) << "line " << chain.rules[r].line << " of\n" << text;
        } else if (packets == 0) {
          ++silent;
        }
      }
      if (chain.line != 0 && named.contains(chain.line)) {
        EXPECT_EQ(all, 0u) << chain.name << " of\n" << text;
      }
    }
  }
  EXPECT_GT(never, kRulesets) << "or the test tests nothing; besides " << silent << " not seen";
  RecordProperty("never", never);
  RecordProperty("silent", silent);
}

}  // namespace
}  // namespace statewall::rules
