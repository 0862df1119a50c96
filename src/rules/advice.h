#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/ruleset.h"

// What is allowed in a ruleset, and yet is hardly what was meant.

namespace statewall::rules {

/// `line` is that of the rule or chain in the file; 0 where a built-in chain was not declared.
struct Advice {
  std::uint32_t line = 0;
  std::string message;
};

/// All there is to say of a ruleset, by line:
/// - rules that can never match, since all of it is taken before, in their chain or on each way to
///   it, or since no way to their chain lets any of it pass (`reach.h`). Of very large tables only
///   the first ten millions of pairs of rules are compared;
/// - jumps to chains without rules, and chains that no packet comes to;
/// - ICMP errors, and neighbour discovery of IPv6, that a chain of table filter can only drop.
std::vector<Advice> advise(const Ruleset& ruleset);

}  // namespace statewall::rules
