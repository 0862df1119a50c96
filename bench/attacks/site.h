#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "bench/reserve.h"
#include "bench/ring.h"
#include "measure/batch.h"
#include "measure/table_config.h"
#include "statewall/tracker.h"
#include "system/clock_time.h"

namespace statewall::bench {

/// What was measured.
struct Sample {
  std::int64_t nanoseconds = 0;  ///< of this thread's processor time
  std::uint64_t packets = 0;
  std::uint64_t right = 0;  ///< that had the state they should
};

/// The packet that comes next: one of a flow's frames, and the state that it should have.
struct Next {
  const Frame& frame;
  State expected;
};

/// A table made for two threads, and one of them at work.
class Site {
 public:
  Site(const Profile& profile, std::uint32_t connections)
      : config_(table_config(profile, connections)),
        memory_(reserve(ConnectionTable::memory_needed(config_))) {
    empty();
  }

  /// An empty table, where time begins anew.
  void empty() {
    table_ = ConnectionTable::create(config_, memory_.bytes()).table;
    tracker_ = std::make_unique<Tracker>(*table_, 0);
    now_ = 0;
  }

  const ConnectionTable& table() const { return *table_; }
  void wait_until(Nanoseconds now) { now_ = now; }

  /// Lets that many packets through, by whole batches, each so much later than the one before.
  /// `choose` sets one of the frames that it is given to a flow of its choice, and returns a Next.
  template <typename Choose>
  Sample run(Ring& ring, std::uint64_t packets, Nanoseconds apart, Choose&& choose) {
    Sample sample;
    const std::int64_t begin = clock_time(CLOCK_THREAD_CPUTIME_ID);
    while (sample.packets < packets) {
      for (Frames& frames : ring) {
        const Next next = choose(frames);
        batch_.add(next.frame.bytes(), next.expected);
      }
      now_ += apart * Nanoseconds{kBatch};
      sample.right += batch_.handle(*tracker_, now_);
      sample.packets += kBatch;
    }
    sample.nanoseconds = clock_time(CLOCK_THREAD_CPUTIME_ID) - begin;
    return sample;
  }

 private:
  TableConfig config_;
  TableMemory memory_;
  ConnectionTable* table_ = nullptr;
  std::unique_ptr<Tracker> tracker_;
  Nanoseconds now_ = 0;
  Batch batch_;
};

}  // namespace statewall::bench
