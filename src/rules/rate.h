#pragma once

#include <cstdint>
#include <optional>

#include "rules/argument.h"
#include "rules/writing.h"

namespace statewall::rules {

/// So many in so many seconds: `5/min` is 5 in 60.
struct Rate {
  std::uint64_t count = 1;
  std::uint32_t seconds = 1;

  /// The time between two, in parts of a second: `scale` of them make one. Rounded down.
  std::uint64_t period(std::uint64_t scale) const { return scale * seconds / count; }
};

/// `5/min`, `5` (a second). The unit is any beginning of second, minute, hour or day. A rate whose
/// period would be 0 at this scale is too fast.
std::optional<Rate> read_rate(const Argument& argument, std::uint64_t scale);

/// A period as the rate that comes nearest: the shortest unit that tells it better than the one
/// before. Returns the seconds of the unit.
std::uint32_t print_rate(RuleWriter& out, std::uint64_t period, std::uint64_t scale);

}  // namespace statewall::rules
