#pragma once

#include <cstdint>

#include "rules/ruleset.h"

namespace statewall::rules {

/// A rule, or the policy of a chain.
struct RulePlace {
  static constexpr std::uint32_t kPolicy = 0xffffffff;
  TableKind table = TableKind::filter;
  std::uint32_t chain = 0;       ///< index into Table::chains
  std::uint32_t rule = kPolicy;  ///< index into Chain::rules

  friend bool operator==(const RulePlace&, const RulePlace&) = default;
};

/// Why a rule did not match: the first condition that did not hold, by its index into
/// Rule::matches, or one of these.
namespace unmet {
inline constexpr int kNone = -1;  ///< it did match
inline constexpr int kSource = -2;
inline constexpr int kDestination = -3;
inline constexpr int kInterfaceIn = -4;
inline constexpr int kInterfaceOut = -5;
inline constexpr int kProtocol = -6;
inline constexpr int kFragment = -7;
}  // namespace unmet

}  // namespace statewall::rules
