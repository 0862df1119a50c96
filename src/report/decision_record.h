#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firewall/firewall.h"

namespace statewall {

/// A firewall's rules, for those who tell of them; of each family or nullptr.
struct Rulesets {
  const rules::Ruleset* ipv4 = nullptr;
  const rules::Ruleset* ipv6 = nullptr;

  const rules::Ruleset* of(Family family) const { return family == Family::ipv6 ? ipv6 : ipv4; }
};

/// What a firewall did with one packet, and what happened on the way.
struct DecisionRecord {
  struct Visit {
    Family family = Family::none;
    rules::Hook hook = rules::Hook::prerouting;
    RulePlace place;
    int unmet = rules::unmet::kNone;
  };
  struct Nflog {
    std::uint16_t group = 0;
    std::string prefix;
  };

  Decision decision;
  std::vector<Visit> visits;  ///< only where they were asked for
  std::vector<std::string> log_lines;
  std::vector<Nflog> nflogs;
  std::string translation;  ///< "DNAT to 10.0.0.5:80"; empty: none
  std::string in, out;      ///< interfaces, where they are known

  void clear() { *this = {}; }
};

}  // namespace statewall
