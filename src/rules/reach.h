#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/chain_graph.h"
#include "rules/changes.h"
#include "rules/cover.h"
#include "rules/ruleset.h"

// Which rules of a table no packet can come to, seen through its jumps.

namespace statewall::rules {

/// What keeps all packets from a place.
struct Barrier {
  enum class How : std::uint8_t {
    takes,     ///< `rule` takes all of them before
    excludes,  ///< `rule` is a jump on the only way, which none of them meets
    several    ///< the ways there are several, and so are the barriers
  };
  How how = How::takes;
  const Rule* rule = nullptr;
  friend bool operator==(const Barrier&, const Barrier&) = default;
};

/// Answers only what is certain. It compares rules in pairs, up to so many: then nothing is
/// certain any more.
class Reach {
 public:
  /// REQUIRES: both outlive it.
  Reach(const Table& table, const ChainGraph& graph, std::uint64_t comparisons);

  /// A rule before this one, in the same chain, that takes all of it: decides it, or sends it where
  /// it is decided. nullptr if there is none.
  const Rule* taker_of(RuleIndex at);

  /// What keeps all that the rule asks for from coming to its chain, one that packets do come to.
  std::optional<Barrier> before(RuleIndex at);
  /// What keeps all packets from a chain that there are ways to.
  std::optional<Barrier> before(std::uint32_t chain);

 private:
  const Rule& rule_at(RuleIndex at) const { return table_.chains[at.chain].rules[at.rule]; }
  bool spend(const Rule& rule);
  bool covered_by(const Rule& rule);
  bool excluded_by(const Rule& rule);
  bool ends_in(std::uint32_t chain);
  bool ends_behind(const Rule& jump);
  const Rule* taker_before(RuleIndex at);
  bool stopped_before(std::uint32_t chain);
  void add(Barrier barrier);

  const Table& table_;
  const ChainGraph& graph_;
  Changes changed_;
  std::uint64_t left_;  ///< comparisons
  // By chain: its rules that a packet may not come back from, and the jumps that packets take to
  // it.
  std::vector<std::vector<std::uint32_t>> ends_;
  std::vector<std::vector<RuleIndex>> callers_;
  /// What is asked about: the conditions of a rule, and of the jumps that a packet took to it.
  std::vector<const Rule*> met_;
  std::optional<Barrier> barrier_;  ///< what was found so far
};

}  // namespace statewall::rules
