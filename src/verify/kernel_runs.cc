#include "verify/kernel_runs.h"

#include <chrono>
#include <utility>

#include "verify/kernel_machine.h"
#include "verify/scenario_fit.h"

namespace statewall {
namespace {

KernelRun play(const Scenario& scenario) {
  KernelRun run;
  run.left_out = KernelMachine::why_not(scenario);
  if (!run.left_out.empty()) return run;
  const auto machine = KernelMachine::create(scenario);
  if (!machine) {
    run.error = machine.error();
    return run;
  }
  run.left_out = (*machine)->beyond();
  if (!run.left_out.empty()) return run;
  auto result = run_scenario(scenario, **machine);
  if (result) {
    run.result = std::move(*result);
  } else {
    run.error = result.error();
  }
  return run;
}

}  // namespace

std::vector<KernelRun> run_on_kernel(const std::vector<const Scenario*>& scenarios) {
  using Clock = std::chrono::steady_clock;
  std::vector<KernelRun> runs(scenarios.size());
  all_at_once(scenarios.size(), [&](std::size_t i) {
    const auto start = Clock::now();
    runs[i] = play(*scenarios[i]);
    runs[i].seconds = std::chrono::duration<double>(Clock::now() - start).count();
  });
  return runs;
}

}  // namespace statewall
