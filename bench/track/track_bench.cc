#include <benchmark/benchmark.h>

#include <memory>

#include "bench/track/workload.h"

// Each kind of work at each number of flows, and in the same run the floor: reading one random
// cache line of as much memory as their connections take, prefetched in batches.

namespace statewall::bench {
namespace {

constexpr std::size_t kBatch = 32;
constexpr std::size_t kBytesPerConnection = 140, kLine = 64;

void run_work(benchmark::State& state, Work work) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  const auto workload = std::make_unique<Workload>(work, flows);
  std::size_t right = 0;
  std::size_t packets = 0;
  for (auto _ : state) {
    if (workload->left() < kBatch) {
      state.PauseTiming();
      workload->restart();
      state.ResumeTiming();
    }
    right += workload->run(kBatch);
    packets += kBatch;
  }
  if (right != packets) state.SkipWithError("a packet had another state than it should");
  state.SetItemsProcessed(static_cast<std::int64_t>(packets));
  state.counters["bytes_per_connection"] =
      static_cast<double>(workload->memory()) / static_cast<double>(flows);
}

void floor_of_memory(benchmark::State& state) {
  const std::size_t lines = static_cast<std::size_t>(state.range(0)) * kBytesPerConnection / kLine;
  const Memory memory(lines * kLine);
  std::byte* bytes = memory.bytes().data();
  for (std::size_t line = 0; line < lines; ++line) bytes[line * kLine] = std::byte{1};
  Random random;
  std::array<std::byte*, kBatch> chosen;
  std::size_t sum = 0;
  for (auto _ : state) {
    for (std::byte*& line : chosen) {
      line = bytes + std::size_t{random.below(static_cast<std::uint32_t>(lines))} * kLine;
      __builtin_prefetch(line);
    }
    for (const std::byte* line : chosen) sum += static_cast<std::size_t>(*line);
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBatch));
}

void making_frames(benchmark::State& state) {
  Frame frame = echo_frame(false);
  Random random;
  for (auto _ : state) {
    frame.set_flow(random.below(1'000'000));
    benchmark::DoNotOptimize(frame.bytes().data());
  }
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

BENCHMARK(floor_of_memory)->Apply(flows);
BENCHMARK(making_frames);
BENCHMARK(reading_frames);
BENCHMARK_CAPTURE(run_work, echo, Work::echo)->Apply(flows);
BENCHMARK_CAPTURE(run_work, udp, Work::udp)->Apply(flows);
BENCHMARK_CAPTURE(run_work, tcp, Work::tcp)->Apply(flows);
BENCHMARK_CAPTURE(run_work, new_echo, Work::new_echo)->Apply(flows);
BENCHMARK_CAPTURE(run_work, query_and_reply, Work::query_and_reply)->Apply(flows);
BENCHMARK_CAPTURE(run_work, error, Work::error)->Apply(flows);

}  // namespace
}  // namespace statewall::bench
