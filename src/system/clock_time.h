#pragma once

#include <cstdint>
#include <ctime>

namespace statewall {

/// What a clock of the system shows (clock_gettime(2)), in nanoseconds.
inline std::int64_t clock_time(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
}

}  // namespace statewall
