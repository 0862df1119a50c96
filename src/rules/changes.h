#pragma once

#include <cstdint>

#include "rules/ruleset.h"

// What the rules of a table change in packets, and which conditions look at it: what held of a
// packet at one rule need not hold at a later one.

namespace statewall::rules {

/// Bits of what can change.
using Changes = std::uint8_t;
namespace change {
inline constexpr Changes kMark = 1, kConnmark = 2, kTos = 4, kTtl = 8, kTracking = 16;
}

/// What a target changes.
Changes changes_by(const Target& target);
/// What all rules of a table change.
Changes changes_in(const Table& table);

/// What a condition looks at.
Changes looks_at(const Match& match);

}  // namespace statewall::rules
