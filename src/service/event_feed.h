#pragma once

#include <cstdint>
#include <vector>

#include "live/engine.h"

namespace statewall {

/// The events of all workers of an engine, as one row. One reader.
class EventFeed {
 public:
  /// From now on: what happened before is thrown away.
  explicit EventFeed(Engine& engine);

  /// What happened since the last call, by its time, and for each connection in its order. Of each
  /// worker at most what it can keep, which is also all that a caller need have room for.
  std::vector<Event> take();

  /// How many events found no room, since the last call.
  std::uint64_t take_lost();

 private:
  std::uint64_t lost() const;
  unsigned rings() const { return engine_.workers() + 1; }

  Engine& engine_;
  std::uint64_t told_lost_ = 0;
};

}  // namespace statewall
