#include "live/rules_in_force.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "rules/each_place.h"
#include "rules/match_memory.h"

namespace statewall {
namespace {

template <typename Test>
bool any_rule(const LiveRules& live, Test&& test) {
  return (live.ipv4 && rules::any_rule(*live.ipv4, test)) ||
         (live.ipv6 && rules::any_rule(*live.ipv6, test));
}

bool remembers(const rules::Rule& rule) {
  return std::ranges::any_of(rule.matches, rules::has_memory);
}

bool logs(const rules::Rule& rule) { return std::holds_alternative<rules::LogTarget>(rule.target); }

}  // namespace

RulesInForce::RulesInForce(LiveRules rules, unsigned workers, std::uint64_t seed,
                           std::uint64_t version)
    : rules_(std::move(rules)),
      version_(version),
      shared_(workers > 1 && any_rule(rules_, remembers)),
      logs_(any_rule(rules_, statewall::logs)) {
  const unsigned count = shared_ ? 1 : workers;
  firewalls_.reserve(count);
  for (unsigned i = 0; i < count; ++i) {
    firewalls_.emplace_back(FirewallConfig{ipv4(), ipv6(), rules_.topology, seed + i});
  }
}

RulesInForce::Turn RulesInForce::turn(unsigned worker) {
  if (shared_) return {firewalls_.front(), std::unique_lock(mutex_)};
  return {firewalls_[worker], {}};
}

/// Rules that remember are one firewall, for all workers.
void RulesInForce::take_over(RulesInForce& before) {
  firewalls_.front().take_over(before.firewalls_.front());
}

rules::RuleCounters RulesInForce::counters(unsigned worker, Family family,
                                           const RulePlace& place) const {
  if (worker >= firewalls_.size()) return {};
  return firewalls_[worker].counters(family, place);
}

}  // namespace statewall
