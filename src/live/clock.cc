#include "live/clock.h"

#include <ctime>

namespace statewall {
namespace {

Nanoseconds read(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * kNanosecondsPerSecond + time.tv_nsec;
}

}  // namespace

LiveClock::LiveClock() : offset_(read(CLOCK_REALTIME) - read(CLOCK_BOOTTIME)) {}

Nanoseconds LiveClock::now() const { return offset_ + read(CLOCK_BOOTTIME); }

}  // namespace statewall
