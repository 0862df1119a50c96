#include "measure/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>

#include "measure/memory_floor.h"
#include "system/clock_time.h"
#include "system/table_memory.h"

namespace statewall::bench {
namespace {

// The floor's rounds take this part of a work's time.
constexpr int kFloorPart = 10;
// Shorter rounds would measure the clock.
constexpr Clock::duration kShortestRound = std::chrono::milliseconds(5);
// Batches of the floor from one look at the clock to the next.
constexpr std::size_t kBatchesOfFloor = 1024;

/// Of this thread, in nanoseconds.
std::int64_t processor_time() { return clock_time(CLOCK_THREAD_CPUTIME_ID); }

/// What a round counted.
struct Round {
  std::int64_t nanoseconds = 0;
  std::uint64_t packets = 0;
  std::uint64_t right = 0;

  double each() const { return static_cast<double>(nanoseconds) / static_cast<double>(packets); }

  /// Measures `handle`, which handles so many packets and returns how many came out right.
  template <typename Handle>
  void add(std::size_t handled, Handle handle) {
    const std::int64_t begin = processor_time();
    right += handle();
    nanoseconds += processor_time() - begin;
    packets += handled;
  }
};

Round floor_round(MemoryFloor& floor, Clock::duration time) {
  Round round;
  const Clock::time_point end = Clock::now() + time;
  do {
    round.add(kBatchesOfFloor * kBatch, [&] {
      std::size_t lines = 0;
      for (std::size_t i = 0; i < kBatchesOfFloor; ++i) lines += floor.run();
      return lines;
    });
  } while (Clock::now() < end);
  return round;
}

Round work_round(Workload& workload, Clock::duration time) {
  Round round;
  const Clock::time_point end = Clock::now() + time;
  do {
    if (workload.left() < kBatch) workload.restart();
    const std::size_t packets = std::min(workload.left() / kBatch * kBatch, Workload::kRing);
    workload.make(packets);
    round.add(packets, [&] { return workload.handle(kBatch); });
  } while (Clock::now() < end);
  return round;
}

Error wrong_state(Work work, std::uint32_t flows, const Round& all) {
  return {
      ErrorKind::runtime, "",
      fmt::format("{} among {} connections: {} of {} packets had another state than they should",
                  name_of(work).words, flows, all.packets - all.right, all.packets)};
}

Result<WorkTime> measure_work(Work work, std::uint32_t flows, Clock::time_point end,
                              std::span<std::byte> memory) {
  const auto workload = std::make_unique<Workload>(work, flows, memory);
  const Clock::duration each =
      std::max<Clock::duration>((end - Clock::now()) / kRounds, kShortestRound);
  std::vector<double> rounds;
  Round all;
  for (int i = 0; i < kRounds; ++i) {
    const Round round = work_round(*workload, each);
    rounds.push_back(round.each());
    all.packets += round.packets;
    all.right += round.right;
  }
  if (all.right != all.packets) return wrong_state(work, flows, all);
  return WorkTime{work, spread_of(std::move(rounds)), all.packets,
                  static_cast<double>(Workload::memory_needed(work, flows)) / flows};
}

}  // namespace

Spread spread_of(std::vector<double> rounds) {
  std::ranges::sort(rounds);
  const std::size_t half = rounds.size() / 2;
  const double median =
      rounds.size() % 2 != 0 ? rounds[half] : (rounds[half - 1] + rounds[half]) / 2;
  return {median, rounds.front(), rounds.back()};
}

std::size_t memory_needed(std::uint32_t flows) {
  std::size_t most = MemoryFloor::memory_needed(flows);
  for (const WorkName& name : kWorks) {
    most = std::max(most, Workload::memory_needed(name.work, flows));
  }
  return most;
}

Result<SizeTimes> measure(std::uint32_t flows, Clock::duration time,
                          const std::function<void(Work)>& begins) {
  // One memory for all, one after the other: the floor is that of the very same pages.
  const Result<TableMemory> memory = TableMemory::reserve(memory_needed(flows));
  if (!memory) {
    return Error{ErrorKind::runtime, "",
                 fmt::format("there is no room for the table of {} connections", flows)};
  }
  const Clock::time_point end = Clock::now() + time;
  SizeTimes times;
  times.flows = flows;
  std::vector<double> floor_rounds;
  int left = static_cast<int>(std::size(kWorks));
  for (const WorkName& name : kWorks) {
    begins(name.work);
    const Clock::time_point begin = Clock::now();
    const Clock::duration share = std::max(end - begin, Clock::duration(0)) / left--;
    MemoryFloor floor(flows, memory->bytes());
    floor_rounds.push_back(floor_round(floor, std::max(share / kFloorPart, kShortestRound)).each());
    const Result<WorkTime> work = measure_work(name.work, flows, begin + share, memory->bytes());
    if (!work) return work.error();
    times.works.push_back(*work);
  }
  times.floor = spread_of(std::move(floor_rounds));
  return times;
}

}  // namespace statewall::bench
