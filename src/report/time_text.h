#pragma once

#include <cstdint>

#include "report/buffer.h"
#include "statewall/time.h"

namespace statewall {

/// The time of day in UTC, to the microsecond: "12:00:00.000000".
void append_time_of_day(Buffer& out, Nanoseconds since_epoch);

/// The nanoseconds from `earlier` to `later`: of two moments at the ends of time, more than
/// `Nanoseconds` holds. REQUIRES: earlier <= later.
constexpr std::uint64_t span_between(Nanoseconds earlier, Nanoseconds later) {
  return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
}

/// A span in decimal seconds with so many digits after the point, 1 to 9, rounded towards zero:
/// "0.250000000".
void append_span(Buffer& out, std::uint64_t nanoseconds, int digits = 9);

/// Decimal seconds with so many digits after the point: "1609459200.000000000".
void append_seconds(Buffer& out, Nanoseconds time, int digits = 9);

}  // namespace statewall
