#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "live/engine.h"
#include "statewall/result.h"

namespace statewall {

/// What a way of meeting traffic counts. One thread counts, any may look.
struct SourceCounters {
  using Counter = std::atomic<std::uint64_t>;
  Counter received{0};     ///< frames
  Counter sent{0};         ///< frames that went on
  Counter send_failed{0};  ///< frames that should have, which the system did not take
  Counter lost{0};         ///< frames that came faster than they were taken, as far as that is told

  static void add(Counter& counter, std::uint64_t count) {
    counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
};

/// A way in which frames come to one worker, and go on.
class Source {
 public:
  virtual ~Source() = default;

  /// To wait for: readable when frames are there.
  virtual std::vector<int> descriptors() const = 0;

  /// Handles frames that are there, without waiting for more, and not for ever. An Error is the end
  /// of the source.
  virtual std::optional<Error> serve(EngineWorker& worker) = 0;

  /// A few times a second. A text is something that people want to know: an interface that
  /// vanished, or is back.
  virtual std::optional<std::string> tick(Nanoseconds now) = 0;

  virtual const SourceCounters& counters() const = 0;
};

}  // namespace statewall
