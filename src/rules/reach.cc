#include "rules/reach.h"

#include <algorithm>

#include "rules/exclude.h"

namespace statewall::rules {

Reach::Reach(const Table& table, const ChainGraph& graph, std::uint64_t comparisons)
    : table_(table),
      graph_(graph),
      changed_(changes_in(table)),
      left_(comparisons),
      ends_(table.chains.size()),
      callers_(table.chains.size()) {
  for (std::uint32_t i = 0; i < table.chains.size(); ++i) {
    for (std::uint32_t j = 0; j < table.chains[i].rules.size(); ++j) {
      const Rule& rule = table.chains[i].rules[j];
      const auto* jump = std::get_if<JumpTarget>(&rule.target);
      if (jump || is_final(rule)) ends_[i].push_back(j);
      if (jump && graph.hooks[i] != 0) callers_[jump->chain].push_back({i, j});
    }
  }
}

/// A comparison costs as much as there are conditions to compare.
bool Reach::spend(const Rule& rule) {
  std::uint64_t cost = 1;
  for (const Rule* met : met_) cost += 1 + rule.matches.size() * met->matches.size() / 8;
  left_ -= std::min(left_, cost);
  return left_ != 0;
}

/// Does every packet that is asked about meet this rule?
bool Reach::covered_by(const Rule& rule) { return spend(rule) && covers(rule, met_, changed_); }

/// Does none of them?
bool Reach::excluded_by(const Rule& rule) {
  return spend(rule) &&
         std::ranges::any_of(met_, [&](const Rule* met) { return excludes(rule, *met, changed_); });
}

/// Is all that is asked about decided in this chain, and nothing comes back? Chains that packets
/// come to nest at most 16 deep, so that recursion is bounded.
bool Reach::ends_in(std::uint32_t chain) {
  for (const std::uint32_t index : ends_[chain]) {
    if (left_ == 0) return false;
    const Rule& rule = rule_at({chain, index});
    const bool all = covered_by(rule);
    if (all && is_verdict(rule.target)) return true;
    const auto* jump = std::get_if<JumpTarget>(&rule.target);
    const bool back = std::get_if<ReturnTarget>(&rule.target) || (jump && jump->is_goto);
    if (!all && (!back || excluded_by(rule))) continue;
    const bool ends = jump && ends_behind(rule);
    if (ends && all) return true;
    if (back && !ends) return false;
  }
  return false;
}

/// REQUIRES: a jump or goto. Is all of it decided in the chain that it leads to?
bool Reach::ends_behind(const Rule& jump) {
  met_.push_back(&jump);
  const bool ends = ends_in(std::get_if<JumpTarget>(&jump.target)->chain);
  met_.pop_back();
  return ends;
}

const Rule* Reach::taker_before(RuleIndex at) {
  for (const std::uint32_t index : ends_[at.chain]) {
    if (index >= at.rule || left_ == 0) break;
    const Rule& rule = rule_at({at.chain, index});
    if (!covered_by(rule)) continue;
    // Only chains that packets come to are free of loops.
    if (is_final(rule) || (graph_.hooks[at.chain] != 0 && ends_behind(rule))) return &rule;
  }
  return nullptr;
}

const Rule* Reach::taker_of(RuleIndex at) {
  met_.assign(1, &rule_at(at));
  return taker_before(at);
}

std::optional<Barrier> Reach::before(RuleIndex at) {
  met_.assign(1, &rule_at(at));
  barrier_.reset();
  return stopped_before(at.chain) ? barrier_ : std::nullopt;
}

std::optional<Barrier> Reach::before(std::uint32_t chain) {
  met_.clear();
  barrier_.reset();
  return stopped_before(chain) ? barrier_ : std::nullopt;
}

/// Each way to the chain must be barred: at the jump, before it, or before the jump's own chain.
bool Reach::stopped_before(std::uint32_t chain) {
  if (table_.chains[chain].hook || callers_[chain].empty()) return false;
  for (const RuleIndex from : callers_[chain]) {
    if (left_ == 0) return false;
    const Rule& jump = rule_at(from);
    if (excluded_by(jump)) {
      add({Barrier::How::excludes, &jump});
      continue;
    }
    met_.push_back(&jump);
    const Rule* taker = taker_before(from);
    if (taker) add({Barrier::How::takes, taker});
    const bool stopped = taker || stopped_before(from.chain);
    met_.pop_back();
    if (!stopped) return false;
  }
  return true;
}

void Reach::add(Barrier barrier) {
  const bool another = barrier_ && *barrier_ != barrier;
  barrier_ = another ? Barrier{Barrier::How::several} : barrier;
}

}  // namespace statewall::rules
