#include "rules/chain_graph.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace statewall::rules {
namespace {

constexpr int kInput = 1 << static_cast<int>(Hook::input),
              kOutput = 1 << static_cast<int>(Hook::output);

/// Chains by number; 0 is INPUT, 1 is OUTPUT. A jump for each pair, in the order given.
Table table(std::size_t chains, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& jumps) {
  Table table;
  table.chains.resize(chains);
  table.chains[0].hook = Hook::input;
  table.chains[1].hook = Hook::output;
  for (const auto& [from, to] : jumps) {
    Rule rule;
    rule.target = JumpTarget{to, false};
    table.chains[from].rules.push_back(rule);
  }
  return table;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs(const std::vector<RuleIndex>& rules) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  for (const RuleIndex& each : rules) out.emplace_back(each.chain, each.rule);
  return out;
}

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

TEST(ChainGraph, HooksAreHandedOn) {
  const ChainGraph graph = graph_of(table(6, {{0, 2}, {1, 3}, {2, 4}, {3, 4}}));
  EXPECT_EQ(graph.hooks,
            (std::vector<std::uint8_t>{kInput, kOutput, kInput, kOutput, kInput | kOutput, 0}));
  EXPECT_TRUE(graph.loops.empty());
  EXPECT_TRUE(graph.too_deep.empty());
}

TEST(ChainGraph, ADetourHandsOnAllHooks) {
  // INPUT leads to 4 at once, and by 2 and 3, which OUTPUT leads to, too.
  const ChainGraph graph = graph_of(table(5, {{0, 4}, {0, 2}, {1, 3}, {2, 3}, {3, 4}}));
  EXPECT_EQ(graph.hooks[3], kInput | kOutput);
  EXPECT_EQ(graph.hooks[4], kInput | kOutput);
}

TEST(ChainGraph, LoopsWhereOneCanBeReached) {
  EXPECT_EQ(pairs(graph_of(table(3, {{0, 2}, {2, 2}})).loops), (Pairs{{2, 0}}));
  EXPECT_EQ(pairs(graph_of(table(5, {{0, 2}, {2, 3}, {2, 4}, {4, 2}})).loops), (Pairs{{4, 0}}));
  EXPECT_EQ(pairs(graph_of(table(4, {{2, 3}, {3, 2}})).loops), Pairs{}) << "no packet comes there";
  EXPECT_EQ(pairs(graph_of(table(5, {{0, 2}, {0, 3}, {2, 4}, {3, 4}})).loops), Pairs{})
      << "two ways to a chain are no loop";
}

TEST(ChainGraph, SixteenChainsOneBehindTheOther) {
  for (const std::uint32_t last : {16u, 17u}) {
    Pairs jumps = {{0, 2}};
    for (std::uint32_t chain = 2; chain < last; ++chain) jumps.emplace_back(chain, chain + 1);
    const ChainGraph graph = graph_of(table(18, jumps));
    const Pairs too_deep = last == 16 ? Pairs{} : Pairs{{16, 0}};
    EXPECT_EQ(pairs(graph.too_deep), too_deep) << "INPUT, and 2 to " << last;
  }
}

TEST(ChainGraph, TheLongestWayCounts) {
  // The last chain is reached at once, too, before and behind the long way.
  Pairs jumps = {{0, 17}, {0, 2}};
  for (std::uint32_t chain = 2; chain < 17; ++chain) jumps.emplace_back(chain, chain + 1);
  jumps.emplace_back(0, 17);
  EXPECT_EQ(pairs(graph_of(table(18, jumps)).too_deep), (Pairs{{16, 0}}));
}

TEST(ChainGraph, AHundredThousandChainsDeep) {
  constexpr std::uint32_t chains = 100'000;
  Pairs jumps = {{0, 2}};
  for (std::uint32_t chain = 2; chain + 1 < chains; ++chain) jumps.emplace_back(chain, chain + 1);
  const ChainGraph graph = graph_of(table(chains, jumps));
  EXPECT_TRUE(graph.loops.empty());
  EXPECT_EQ(pairs(graph.too_deep), (Pairs{{16, 0}})) << "told once, where it begins";
  EXPECT_EQ(graph.hooks.back(), kInput);
}

}  // namespace
}  // namespace statewall::rules
