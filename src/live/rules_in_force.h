#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "firewall/firewall.h"
#include "rules/ruleset.h"
#include "rules/topology.h"

namespace statewall {

/// Rulesets, and where the firewall stands. Without a ruleset that family passes without rules.
struct LiveRules {
  std::optional<rules::Ruleset> ipv4, ipv6;
  rules::Topology topology;
};

/// Rules that judge live traffic: they never change, others take their place. Each worker has a
/// firewall of its own, unless rules remember from packet to packet (`limit`, `recent`, ...): then
/// all workers share one and take turns, so that a limit is one limit.
class RulesInForce {
 public:
  /// `version` counts the rules that were in force so far, from 1.
  RulesInForce(LiveRules rules, unsigned workers, std::uint64_t seed, std::uint64_t version);
  RulesInForce(const RulesInForce&) = delete;
  RulesInForce& operator=(const RulesInForce&) = delete;

  /// One worker's firewall, for as long as the lock is held.
  class Turn {
   public:
    Firewall& firewall() { return firewall_; }

   private:
    friend class RulesInForce;
    Turn(Firewall& firewall, std::unique_lock<std::mutex> lock)
        : firewall_(firewall), lock_(std::move(lock)) {}
    Firewall& firewall_;
    std::unique_lock<std::mutex> lock_;
  };
  Turn turn(unsigned worker);

  /// Takes over what outlives rules. REQUIRES: no worker is handling packets.
  void take_over(RulesInForce& before);

  /// What this worker's firewall counted; 0 where it shares another's. REQUIRES: the worker is not
  /// handling packets.
  rules::RuleCounters counters(unsigned worker, Family family, const RulePlace& place) const;

  const rules::Ruleset* ipv4() const { return rules_.ipv4 ? &*rules_.ipv4 : nullptr; }
  const rules::Ruleset* ipv6() const { return rules_.ipv6 ? &*rules_.ipv6 : nullptr; }
  std::uint64_t version() const { return version_; }
  bool shared() const { return shared_; }
  bool logs() const { return logs_; }  ///< a rule has the target LOG

 private:
  const LiveRules rules_;
  const std::uint64_t version_;
  const bool shared_;
  const bool logs_;
  std::mutex mutex_;
  std::vector<Firewall> firewalls_;
};

}  // namespace statewall
