#include "rules/chain_graph.h"

#include <algorithm>

namespace statewall::rules {
namespace {

enum class Visit : std::uint8_t { no, open, done };

/// A chain on the way from a built-in one, and the next of its rules to look at.
struct Step {
  std::uint32_t chain;
  std::uint32_t rule = 0;
};

/// Walks from one built-in chain depth first, without recursion: a file may nest a million chains.
class Walk {
 public:
  Walk(const Table& table, ChainGraph& graph)
      : table_(table), graph_(graph), visits_(table.chains.size(), Visit::no) {}

  /// Orders the chains so that each stands before those that it leads to.
  void from(std::uint32_t chain) {
    if (visits_[chain] == Visit::no) open(chain);
    while (!steps_.empty()) {
      Step& step = steps_.back();
      const auto& rules = table_.chains[step.chain].rules;
      if (step.rule == rules.size()) {
        visits_[step.chain] = Visit::done;
        finished_.push_back(step.chain);
        steps_.pop_back();
        continue;
      }
      const auto* jump = std::get_if<JumpTarget>(&rules[step.rule].target);
      const RuleIndex here{step.chain, step.rule++};
      if (jump) follow(jump->chain, here);
    }
  }

  /// The depth of each chain is the longest way to it.
  void measure() {
    std::vector<int> depth(table_.chains.size(), 1);
    for (auto chain = finished_.rbegin(); chain != finished_.rend(); ++chain) {
      const auto& rules = table_.chains[*chain].rules;
      for (std::uint32_t i = 0; i < rules.size(); ++i) {
        const auto* jump = std::get_if<JumpTarget>(&rules[i].target);
        if (!jump) continue;
        graph_.hooks[jump->chain] |= graph_.hooks[*chain];
        if (depth[jump->chain] > depth[*chain]) continue;
        depth[jump->chain] = depth[*chain] + 1;
        if (depth[jump->chain] == kDeepestChain + 1) graph_.too_deep.push_back({*chain, i});
      }
    }
  }

 private:
  void open(std::uint32_t chain) {
    visits_[chain] = Visit::open;
    steps_.push_back({chain});
  }

  void follow(std::uint32_t chain, RuleIndex from) {
    if (visits_[chain] == Visit::open) graph_.loops.push_back(from);
    if (visits_[chain] == Visit::no) open(chain);
  }

  const Table& table_;
  ChainGraph& graph_;
  std::vector<Visit> visits_;
  std::vector<Step> steps_;
  std::vector<std::uint32_t> finished_;
};

}  // namespace

ChainGraph graph_of(const Table& table) {
  ChainGraph graph;
  graph.hooks.resize(table.chains.size());
  Walk walk(table, graph);
  for (std::uint32_t i = 0; i < table.chains.size(); ++i) {
    if (!table.chains[i].hook) continue;
    graph.hooks[i] = static_cast<std::uint8_t>(1 << static_cast<int>(*table.chains[i].hook));
    walk.from(i);
  }
  if (graph.loops.empty()) walk.measure();
  return graph;
}

}  // namespace statewall::rules
