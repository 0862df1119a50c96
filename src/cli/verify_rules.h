#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "cli/hostile_options.h"
#include "cli/profile_options.h"
#include "statewall/profile.h"

namespace statewall {

/// --rules, --rules6 and --random-rules: which rulesets are held against the kernel's iptables.
struct VerifyRulesOptions {
  std::string rules, rules6;  ///< files; empty: none
  std::string seeds;          ///< of generated ones; empty: none

  /// REQUIRES: `this` outlives the parsing.
  void add_to(CLI::App& app);
  bool given() const { return !rules.empty() || !rules6.empty() || !seeds.empty(); }
};

/// What else the command line says. Captures are one traffic, all behind each other; each seed of
/// `hostile` is one more. With neither it is generated from the seed of the rules, or from 1.
struct VerifyRulesArguments {
  const std::vector<std::string>& captures;
  const ProfileOptions& profile_options;
  const Profile& profile;
  const HostileTraffic& hostile;
  std::size_t limit = 0;  ///< so many rulesets are shown that differ
  bool quiet = false;
};

/// Plays traffic through our firewall and this machine's iptables beside it, ruleset by ruleset;
/// prints a line of each, what differs, and sums. Returns the exit code.
int verify_rules(const VerifyRulesOptions& options, const VerifyRulesArguments& arguments);

}  // namespace statewall
