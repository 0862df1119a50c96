#pragma once

#include "report/buffer.h"
#include "statewall/time.h"

namespace statewall {

/// The time of day in UTC, to the microsecond: "12:00:00.000000".
void append_time_of_day(Buffer& out, Nanoseconds since_epoch);

/// Decimal seconds with nine digits after the point: "1609459200.000000000".
void append_seconds(Buffer& out, Nanoseconds time);

}  // namespace statewall
