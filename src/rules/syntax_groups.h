#pragma once

#include <span>

#include "rules/syntax.h"

// The tables of the files `syntax_*.cc`.

namespace statewall::rules {

std::span<const MatchSyntax> port_matches();
std::span<const MatchSyntax> icmp_matches();
std::span<const MatchSyntax> conntrack_matches();
std::span<const MatchSyntax> comment_matches();
std::span<const MatchSyntax> multiport_matches();
std::span<const MatchSyntax> mark_matches();
std::span<const MatchSyntax> address_matches();
std::span<const MatchSyntax> ttl_matches();
std::span<const MatchSyntax> tos_matches();
std::span<const MatchSyntax> rate_matches();
std::span<const MatchSyntax> hashlimit_matches();
std::span<const MatchSyntax> recent_matches();
std::span<const MatchSyntax> statistic_matches();
std::span<const MatchSyntax> time_matches();
std::span<const MatchSyntax> sctp_matches();
std::span<const MatchSyntax> ipsec_matches();
std::span<const MatchSyntax> ipv6_matches();

std::span<const TargetSyntax> verdict_targets();
std::span<const TargetSyntax> log_targets();
std::span<const TargetSyntax> mark_targets();
std::span<const TargetSyntax> ttl_targets();
std::span<const TargetSyntax> tos_targets();
std::span<const TargetSyntax> ct_targets();
std::span<const TargetSyntax> nat_targets();

}  // namespace statewall::rules
