#pragma once

#include <cstdint>
#include <vector>

#include "scenario/failure.h"
#include "scenario/machine.h"
#include "scenario/scenario.h"
#include "statewall/result.h"

namespace statewall {

struct RunResult {
  std::uint64_t checked = 0;    ///< expectations
  std::uint64_t untold = 0;     ///< of which the machine does not tell
  std::uint64_t compared = 0;   ///< packets that the other profile saw, too
  std::uint64_t otherwise = 0;  ///< of these, with another state
  std::vector<Failure> failures;
};

/// Plays a scenario on a machine and compares what becomes of it. An Error is the machine's.
Result<RunResult> run_scenario(const Scenario& scenario, Machine& machine);

/// Plays it on Statewall, from an empty table. An Error is one of the configuration, such as a
/// table that does not fit into memory. `beside`: if not null, a profile that sees the same
/// packets; no expectation is held against it.
Result<RunResult> run_scenario(const Scenario& scenario, const Profile* beside = nullptr);

}  // namespace statewall
