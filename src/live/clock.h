#pragma once

#include "statewall/time.h"

namespace statewall {

/// The time of live traffic: since the Unix epoch, as the system had it when the clock was made,
/// and from then on by a clock that nobody sets and that goes on while the machine sleeps. So a
/// step of the system's time ends no connection and keeps none alive.
class LiveClock {
 public:
  LiveClock();
  Nanoseconds now() const;

 private:
  Nanoseconds offset_;
};

}  // namespace statewall
