#pragma once

#include <string>

#include "report/decision_record.h"

namespace statewall {

/// "filter FORWARD 3", rules counted from 1 as `iptables -L --line-numbers` does, or "policy of
/// filter FORWARD".
std::string place_text(const rules::Ruleset& ruleset, const RulePlace& place);

/// "-A FORWARD -p icmp -j ACCEPT", or ":FORWARD DROP" of a policy.
std::string rule_text(const rules::Ruleset& ruleset, const RulePlace& place);

/// The line of the file where the rule, or the chain of a policy, stands; 0 if it has none.
std::uint32_t line_of(const rules::Ruleset& ruleset, const RulePlace& place);

/// Which condition a packet did not meet: "source", "in-interface", "conntrack", ... as the options
/// and matches are called; empty for none.
std::string unmet_text(const rules::Ruleset& ruleset, const RulePlace& place, int unmet);

/// A row of a trail, in columns: "filter FORWARD 3         no: conntrack     -A FORWARD -m ...".
std::string visit_text(const Rulesets& rulesets, const DecisionRecord::Visit& visit);

}  // namespace statewall
