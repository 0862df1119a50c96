#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "rules/place.h"
#include "rules/ruleset.h"

namespace statewall::rules {

/// Calls `visit(table, chain, place)` for each place of a ruleset where something can be counted,
/// in the order of the file: a chain's policy, then its rules.
template <typename AnyRuleset, typename Visit>
void for_each_place(AnyRuleset& ruleset, Visit&& visit) {
  for (auto& table : ruleset.tables) {
    for (std::uint32_t c = 0; c < table.chains.size(); ++c) {
      auto& chain = table.chains[c];
      visit(table, chain, RulePlace{table.kind, c, RulePlace::kPolicy});
      for (std::uint32_t r = 0; r < chain.rules.size(); ++r) {
        visit(table, chain, RulePlace{table.kind, c, r});
      }
    }
  }
}

/// Is `test` true of any rule?
template <typename Test>
bool any_rule(const Ruleset& ruleset, Test&& test) {
  return std::ranges::any_of(ruleset.tables, [&](const Table& table) {
    return std::ranges::any_of(
        table.chains, [&](const Chain& chain) { return std::ranges::any_of(chain.rules, test); });
  });
}

}  // namespace statewall::rules
