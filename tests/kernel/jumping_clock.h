#pragma once

#include "verify/clock.h"

namespace statewall::testing {

/// A clock that goes three seconds ahead each time it is asked, `jumps` times, which it counts
/// down; right from then on. REQUIRES: `jumps` outlives it.
inline OurClock jumping_clock(int& jumps) {
  return [&jumps, ahead = Nanoseconds{0}]() mutable {
    if (jumps > 0) {
      --jumps;
      ahead += 3'000'000'000;
    }
    return real_time() + ahead;
  };
}

}  // namespace statewall::testing
