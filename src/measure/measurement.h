#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "measure/workload.h"
#include "statewall/result.h"

// How long each kind of work takes, in nanoseconds of this thread's processor time a packet, and
// beside it what memory alone costs.

namespace statewall::bench {

using Clock = std::chrono::steady_clock;

/// Packets are handled in batches of so many.
inline constexpr std::size_t kBatch = 32;
/// Each kind of work is measured so often.
inline constexpr int kRounds = 5;
/// From such numbers of flows on and up to those a measurement means something.
inline constexpr std::uint32_t kFewestFlows = 1000, kMostFlows = 1'000'000'000;

/// Nanoseconds a packet of several rounds.
struct Spread {
  double median = 0, smallest = 0, largest = 0;
};

/// REQUIRES: there is a round.
Spread spread_of(std::vector<double> rounds);

struct WorkTime {
  Work work = Work::echo;
  Spread time;
  std::uint64_t packets = 0;
  double bytes_per_connection = 0;
};

struct SizeTimes {
  std::uint32_t flows = 0;
  Spread floor;  ///< a round before each kind of work
  std::vector<WorkTime> works;
};

/// All that `measure` touches.
std::size_t memory_needed(std::uint32_t flows);

/// Measures all kinds of work among so many connections, in about as much time as is given, but
/// for what the making of the tables takes. `begins` is called before each of them.
///
/// REQUIRES: `flows` from kFewestFlows to kMostFlows. An Error: a packet had another state than it
/// should, or there is no memory.
Result<SizeTimes> measure(std::uint32_t flows, Clock::duration time,
                          const std::function<void(Work)>& begins);

}  // namespace statewall::bench
