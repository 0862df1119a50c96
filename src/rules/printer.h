#pragma once

#include <string>

#include "rules/ruleset.h"

// Writes rulesets in the normal form: that of `iptables-save`, without its lines of comment, which
// have a date.

namespace statewall::rules {

/// All tables, in iptables-save's order. With `counters` each rule has its own before it; without,
/// those of policies are zero, as after an iptables-restore.
void append_ruleset(std::string& out, const Ruleset& ruleset, bool counters);

/// "-A INPUT -p icmp -j ACCEPT"
void append_rule(std::string& out, const Ruleset& ruleset, const Table& table, const Chain& chain,
                 const Rule& rule);

}  // namespace statewall::rules
