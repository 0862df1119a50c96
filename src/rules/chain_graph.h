#pragma once

#include <cstdint>
#include <vector>

#include "rules/ruleset.h"

// Which chains of a table lead to which.

namespace statewall::rules {

/// A place in a table: a rule of a chain, both by index.
struct RuleIndex {
  std::uint32_t chain = 0;
  std::uint32_t rule = 0;
};

struct ChainGraph {
  /// By chain: the hooks from which a packet can come to it, 1 << Hook.
  std::vector<std::uint8_t> hooks;
  /// Jumps that would let a packet come round to a chain that it is in, where one can be reached.
  std::vector<RuleIndex> loops;
  /// Jumps beyond what the kernel allows: 16 chains, each reached from the one before.
  std::vector<RuleIndex> too_deep;
};

/// How many chains a packet may be in at once, the built-in one counted.
inline constexpr int kDeepestChain = 16;

ChainGraph graph_of(const Table& table);

}  // namespace statewall::rules
