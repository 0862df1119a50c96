#pragma once

#include <span>

#include "rules/syntax.h"

// The tables of the files `syntax_*.cc`.

namespace statewall::rules {

std::span<const MatchSyntax> port_matches();
std::span<const MatchSyntax> icmp_matches();
std::span<const MatchSyntax> conntrack_matches();
std::span<const MatchSyntax> comment_matches();

std::span<const TargetSyntax> verdict_targets();
std::span<const TargetSyntax> log_targets();

}  // namespace statewall::rules
