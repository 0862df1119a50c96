#include <benchmark/benchmark.h>

#include <array>
#include <memory>

#include "bench/lookup/echo_keys.h"
#include "bench/lookup/map_table.h"
#include "bench/lookup/our_table.h"
#include "bench/reserve.h"
#include "measure/memory_floor.h"
#if STATEWALL_BOOST
#include <boost/unordered/unordered_flat_map.hpp>
#endif
#if STATEWALL_DPDK
#include "bench/lookup/dpdk_table.h"
#endif

// The bare lookup of a random key that is there, 32 at a time: ours, and what else one could take.

namespace statewall::bench {
namespace {

// As often as this, and no oftener: to find out how often would take making the tables again and
// again.
constexpr benchmark::IterationCount kBatches = 200'000;

template <typename Table>
void lookup(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  const auto table = std::make_unique<Table>(flows);
  RandomKeys random(flows);
  std::array<std::uint32_t, kKeys> values;
  std::size_t right = 0;
  for (auto _ : state) {
    random.choose();
    table->find(random.keys(), values);
    right += random.right(values);
  }
  const auto lookups = static_cast<std::size_t>(state.iterations()) * kKeys;
  if (right != lookups) state.SkipWithError("a lookup found another value than it should");
  state.SetItemsProcessed(static_cast<std::int64_t>(lookups));
}

void floor_of_memory(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  const TableMemory memory = reserve(MemoryFloor::memory_needed(flows));
  MemoryFloor floor(flows, memory.bytes());
  for (auto _ : state) benchmark::DoNotOptimize(floor.run());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(MemoryFloor::kBatch));
}

void making_keys(benchmark::State& state) {
  RandomKeys random(1'000'000);
  for (auto _ : state) {
    random.choose();
    benchmark::DoNotOptimize(random.keys().data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kKeys));
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("flows")->Arg(1000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);
  benchmark->Iterations(kBatches);
}

BENCHMARK(making_keys);
BENCHMARK(floor_of_memory)->Apply(sizes);
BENCHMARK_TEMPLATE(lookup, OurTable)->Name("lookup/ours")->Apply(sizes);
BENCHMARK_TEMPLATE(lookup, MapTable<StdMap>)->Name("lookup/std_unordered_map")->Apply(sizes);
#if STATEWALL_BOOST
using BoostMap =
    boost::unordered_flat_map<FlowKey, std::uint32_t, MapHash, std::equal_to<FlowKey>, MapMemory>;
BENCHMARK_TEMPLATE(lookup, MapTable<BoostMap>)->Name("lookup/boost_flat_map")->Apply(sizes);
#endif
#if STATEWALL_DPDK
BENCHMARK_TEMPLATE(lookup, DpdkTable)->Name("lookup/rte_hash")->Apply(sizes);
#endif

}  // namespace
}  // namespace statewall::bench
