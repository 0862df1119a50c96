#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenario/runner.h"
#include "scenario/scenario.h"
#include "statewall/result.h"

namespace statewall {

/// A scenario that was to be played on this machine's kernel.
struct KernelRun {
  std::string left_out;             ///< why the kernel cannot play it; empty if it did
  std::optional<Error> error;       ///< there is no kernel to ask, or it does not take the rules
  std::optional<RunResult> result;  ///< if it was played
  double seconds = 0;
};

/// Plays them, all at once, in real time. They are not copied.
std::vector<KernelRun> run_on_kernel(const std::vector<const Scenario*>& scenarios);

}  // namespace statewall
