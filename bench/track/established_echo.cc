#include <benchmark/benchmark.h>

#include <memory>

#include "bench/track/echo_workload.h"

// An established echo flow among many, from bytes to state and updated entry, and in the same run
// the floor: reading one random cache line of as much memory, prefetched in batches.

namespace statewall::bench {
namespace {

void established_echo(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  const auto batch = static_cast<std::size_t>(state.range(1));
  const auto workload = std::make_unique<EchoWorkload>(flows);
  std::size_t established = 0;
  std::size_t packets = 0;
  for (auto _ : state) {
    established += workload->run(batch);
    packets += batch;
  }
  if (established != packets) state.SkipWithError("a packet was not ESTABLISHED");
  state.SetItemsProcessed(static_cast<std::int64_t>(packets));
  state.counters["bytes_per_connection"] =
      static_cast<double>(workload->memory()) / static_cast<double>(flows);
}

void floor_of_memory(benchmark::State& state) {
  constexpr std::size_t kBatch = 32;
  const std::size_t lines = static_cast<std::size_t>(state.range(0)) * 140 / 64;
  const Memory memory(lines * 64);
  std::byte* bytes = memory.bytes().data();
  for (std::size_t line = 0; line < lines; ++line) bytes[line * 64] = std::byte{1};
  Random random;
  std::array<std::byte*, kBatch> chosen;
  std::size_t sum = 0;
  for (auto _ : state) {
    for (std::byte*& line : chosen) {
      line = bytes + std::size_t{random.below(static_cast<std::uint32_t>(lines))} * 64;
      __builtin_prefetch(line);
    }
    for (const std::byte* line : chosen) sum += static_cast<std::size_t>(*line);
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBatch));
}

void making_frames(benchmark::State& state) {
  EchoFrame frame;
  Random random;
  for (auto _ : state) {
    frame.set(random.below(1'000'000), false);
    benchmark::DoNotOptimize(frame.bytes().data());
  }
}

void reading_frames(benchmark::State& state) {
  EchoFrame frame;
  frame.set(1, false);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        read_frame(frame.bytes(), LinkType::ethernet, EchoFrame::kSize).headers.icmp_id);
  }
}

BENCHMARK(floor_of_memory)->Arg(1000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(making_frames);
BENCHMARK(reading_frames);
BENCHMARK(established_echo)
    ->ArgNames({"flows", "batch"})
    ->ArgsProduct({{1000, 100'000, 1'000'000}, {1, 32}});

}  // namespace
}  // namespace statewall::bench
