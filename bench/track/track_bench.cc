#include <benchmark/benchmark.h>

#include <memory>

#include "measure/memory_floor.h"
#include "measure/workload.h"
#include "system/clock_time.h"
#include "system/table_memory.h"

// Each kind of work at each number of flows, and in the same run the floor: reading one random
// cache line of as much memory as their connections take, prefetched in batches. The frames are
// made outside the time that is told.

namespace statewall::bench {
namespace {

constexpr std::size_t kBatch = 32;

void run_work(benchmark::State& state, Work work) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  const Result<TableMemory> memory = TableMemory::reserve(Workload::memory_needed(work, flows));
  if (!memory) return state.SkipWithError("there is no memory");
  const auto workload = std::make_unique<Workload>(work, flows, memory->bytes());
  std::size_t right = 0;
  std::size_t packets = 0;
  for (auto _ : state) {
    if (workload->left() < Workload::kRing) workload->restart();
    workload->make(Workload::kRing);
    const std::int64_t begin = clock_time(CLOCK_THREAD_CPUTIME_ID);
    right += workload->handle(kBatch);
    state.SetIterationTime(static_cast<double>(clock_time(CLOCK_THREAD_CPUTIME_ID) - begin) * 1e-9);
    packets += Workload::kRing;
  }
  if (right != packets) state.SkipWithError("a packet had another state than it should");
  state.SetItemsProcessed(static_cast<std::int64_t>(packets));
  state.counters["bytes_per_connection"] =
      static_cast<double>(memory->bytes().size()) / static_cast<double>(flows);
}

void floor_of_memory(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  const Result<TableMemory> memory = TableMemory::reserve(MemoryFloor::memory_needed(flows));
  if (!memory) return state.SkipWithError("there is no memory");
  MemoryFloor floor(flows, memory->bytes());
  for (auto _ : state) benchmark::DoNotOptimize(floor.run());
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * MemoryFloor::kBatch));
}

void reading_frames(benchmark::State& state) {
  const Frame frame = echo_frame(false);
  Packet packet;
  for (auto _ : state) {
    read_frame(frame.bytes(), LinkType::ethernet, frame.bytes().size(), ChecksumMode::automatic,
               packet);
    benchmark::DoNotOptimize(packet.headers.icmp_id);
  }
}

void flows(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("flows")->Arg(1000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);
}

void works(benchmark::internal::Benchmark* benchmark) {
  flows(benchmark);
  benchmark->UseManualTime();
}

BENCHMARK(floor_of_memory)->Apply(flows);
BENCHMARK(reading_frames);
BENCHMARK_CAPTURE(run_work, echo, Work::echo)->Apply(works);
BENCHMARK_CAPTURE(run_work, udp, Work::udp)->Apply(works);
BENCHMARK_CAPTURE(run_work, tcp, Work::tcp)->Apply(works);
BENCHMARK_CAPTURE(run_work, new_echo, Work::new_echo)->Apply(works);
BENCHMARK_CAPTURE(run_work, query_and_reply, Work::query_and_reply)->Apply(works);
BENCHMARK_CAPTURE(run_work, error, Work::error)->Apply(works);

}  // namespace
}  // namespace statewall::bench
