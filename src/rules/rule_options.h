#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rules/argument.h"
#include "rules/rule_line.h"

// The options that every rule may have, whatever its matches and its target are.

namespace statewall::rules {

struct RuleOption {
  /// Bits of `flags`: those of Option, and:
  static constexpr std::uint8_t kMany = 64;      ///< it may stand more than once
  static constexpr std::uint8_t kForeign = 128;  ///< it is of iptables, not of a file of rules

  char letter;  ///< rows with the same letter are the same option
  std::string_view name;
  std::uint8_t flags = 0;
  /// nullptr: `-m`, `-j` and `-g`, which the reader of the rule deals with.
  bool (*read)(Argument&, RuleLine&) = nullptr;
};

std::span<const RuleOption> rule_options();

}  // namespace statewall::rules
