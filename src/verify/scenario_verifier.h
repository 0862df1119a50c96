#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario.h"
#include "statewall/result.h"

namespace statewall {

/// What a scenario said and what this machine's kernel did.
struct ScenarioVerdict {
  std::optional<Error> error;  ///< there is no kernel to ask
  std::string left_out;        ///< why the kernel cannot play it; empty if it did
  std::uint64_t packets = 0;
  struct Difference {
    int line = 0;
    std::string text;  ///< may have several lines
  };
  std::vector<Difference> differences;
};

/// Sends scenarios' packets through this machine's kernel and through our tracker. The times
/// between them really pass, in all scenarios at once; what the kernel's settings can say of the
/// profile is set there. What the kernel makes of each packet is held against our verdict and
/// against the expectations of state and direction, and how many entries it has where the table is
/// checked.
std::vector<ScenarioVerdict> verify_scenarios(const std::vector<Scenario>& scenarios);

}  // namespace statewall
