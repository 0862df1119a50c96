#include <benchmark/benchmark.h>

#include "bench/rules/workload.h"

// One packet of an established flow through a ruleset, from bytes to confirmed.

namespace statewall::bench {
namespace {

void through(benchmark::State& state, Shape shape) {
  Workload workload(shape, static_cast<unsigned>(state.range(0)));
  for (auto _ : state) {
    if (workload.pass() != Verdict::accept) state.SkipWithError("the packet was not accepted");
  }
  state.SetItemsProcessed(state.iterations());
}

void flat(benchmark::State& state) { through(state, Shape::flat); }
void chains(benchmark::State& state) { through(state, Shape::chains); }
void established_first(benchmark::State& state) { through(state, Shape::established_first); }

// 0: what the packet costs without rules before the one that accepts it.
#define SIZES Arg(0)->Arg(10)->Arg(100)->Arg(1000)->Arg(10000)
BENCHMARK(flat)->SIZES;
BENCHMARK(chains)->SIZES;
BENCHMARK(established_first)->SIZES;

}  // namespace
}  // namespace statewall::bench
