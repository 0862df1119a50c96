#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "firewall/firewall.h"
#include "report/decision_record.h"
#include "statewall/result.h"

namespace statewall {

/// The options that say which rules judge packets, and where the firewall stands.
struct RulesOptions {
  std::string rules, rules6;
  std::string topology;  ///< a file
  std::vector<std::string> locals, routes;
  std::string unsupported = "error";

  /// REQUIRES: `this` outlives the parsing.
  void add_to(CLI::App& app);
  bool given() const { return !rules.empty() || !rules6.empty(); }
};

/// Rulesets that were loaded, and the topology. It must outlive the firewalls made of it.
struct FirewallSetup {
  std::optional<rules::Ruleset> ipv4, ipv6;
  rules::Topology topology;
  std::uint64_t seed = 0;

  FirewallConfig config() const {
    return {ipv4 ? &*ipv4 : nullptr, ipv6 ? &*ipv6 : nullptr, topology, seed};
  }
  /// Adds what a firewall counted to the counters of the rulesets.
  void add_counters(const Firewall& firewall);
  /// The counters of the rulesets begin anew.
  void clear_counters();
};

/// Loads what the options name. On errors they are told on standard error, all of them, and the
/// Error that comes back is the last one.
Result<FirewallSetup> load(const RulesOptions& options, std::uint64_t seed);

}  // namespace statewall
