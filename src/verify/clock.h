#pragma once

#include <ctime>
#include <functional>

#include "statewall/time.h"
#include "system/clock_time.h"

namespace statewall {

/// Tells ours the time, in nanoseconds. The kernel reads its own, which nobody can set: where a
/// packet comes at the very edge of a time (UDP's two seconds, D24), each may see it on another
/// side. So of packets that can be played again a difference counts only if one comes again.
using OurClock = std::function<Nanoseconds()>;

inline Nanoseconds real_time() { return clock_time(CLOCK_REALTIME); }
inline Nanoseconds steady_time() { return clock_time(CLOCK_MONOTONIC); }

}  // namespace statewall
