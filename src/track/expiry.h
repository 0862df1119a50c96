#pragma once

#include <cstddef>

#include "statewall/time.h"
#include "track/life.h"

namespace statewall {

/// Moves the context's clock to `now`, and never back. After a long pause everything that is due
/// goes first, so that deadlines, kept modulo 2^32 ms, stay comparable.
void advance_to(const Context& context, Nanoseconds now);

/// The same, told at once where it is still the same millisecond.
inline void advance(const Context& context, Nanoseconds now) {
  Worker& worker = context.worker;
  const auto into = static_cast<std::uint64_t>(now) - static_cast<std::uint64_t>(worker.tick);
  if (into >= worker.tick_length) return advance_to(context, now);
  worker.between |= into != 0;
}

/// Destroys connections that are due on any wheel, touching at most `budget` records. True when
/// none is left that is due.
bool expire_due(const Context& context, std::size_t budget);

/// What each packet does for it, in small: its own wheel, and now and then another one, since
/// threads that see no packets leave theirs to the others. A packet handles three or four records
/// on average: as many as are needed for the connection that it may itself put there, which is
/// filed anew once or twice before it is due, and few enough that a million that end at once are
/// felt by nobody.
void turn_a_little(const Context& context);
inline void expire_a_little(const Context& context) {
  const Worker& worker = context.worker;
  if (context.table.shared ? worker.rests_at != worker.now : !worker.wheel.idle_at(context.now())) {
    turn_a_little(context);
  }
}

}  // namespace statewall
