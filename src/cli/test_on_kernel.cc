#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "cli/test_session.h"

// `statewall test --against kernel`.

#ifdef __linux__

#include "kernel/kernel_tracker.h"
#include "verify/kernel_runs.h"

namespace statewall {

int TestSession::run_on_kernel() {
  struct Test {
    std::string file;
    JunitCase result;
    std::optional<Scenario> scenario;
  };
  std::vector<Test> tests;
  for (const std::string& file : files()) {
    Test test{file, case_of(file), {}};
    test.scenario = load(file, test.result);
    tests.push_back(std::move(test));
  }
  std::vector<const Scenario*> scenarios;
  for (const Test& test : tests) {
    if (test.scenario) scenarios.push_back(&*test.scenario);
  }
  std::fprintf(stderr, "statewall test: against kernel %s, in real time\n",
               kernel_release().c_str());
  const std::vector<KernelRun> runs = statewall::run_on_kernel(scenarios);
  auto run = runs.begin();
  for (Test& test : tests) {
    if (test.scenario) take_run(test.file, *run++, test.result);
    finish_one(test.file, std::move(test.result));
  }
  const int exit_code = finish();
  fmt::print(stderr,
             "statewall test: {} expectations held against the kernel, {} that it does "
             "not tell of\n",
             checked_, untold_);
  return exit_code;
}

void TestSession::take_run(const std::string& file, const KernelRun& run, JunitCase& test) {
  test.seconds = run.seconds;
  test.skipped = run.left_out;
  if (run.result) take(file, *run.result, test);
  if (!run.error) return;
  test.error = "cannot ask this machine's kernel: " + run.error->text();
  // What the machine lacks it lacks for all of them.
  if (told_.insert(test.error).second) complain({ErrorKind::runtime, "", test.error});
}

}  // namespace statewall

#else

namespace statewall {

int TestSession::run_on_kernel() {
  return fail({ErrorKind::runtime, "--against", "only a Linux kernel can be asked"});
}

}  // namespace statewall

#endif
