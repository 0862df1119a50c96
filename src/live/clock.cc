#include "live/clock.h"

#include "system/clock_time.h"

namespace statewall {

LiveClock::LiveClock() : offset_(clock_time(CLOCK_REALTIME) - clock_time(CLOCK_BOOTTIME)) {}

Nanoseconds LiveClock::now() const { return offset_ + clock_time(CLOCK_BOOTTIME); }

}  // namespace statewall
