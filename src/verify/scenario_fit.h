#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "scenario/scenario.h"
#include "statewall/time.h"

// What of a scenario a kernel can do, where time really passes.

namespace statewall {

/// The longest that a scenario may wait.
inline constexpr Nanoseconds kLongestWait = 60 * kNanosecondsPerSecond;

/// Why it cannot be waited for; empty if it can.
std::string waits_too_long(const Scenario& scenario);

/// What the scenario sets and is among the kernel's unknown settings, in words; empty: nothing.
std::string beyond_the_kernel(const Scenario& scenario,
                              const std::vector<std::string>& unknown_settings);

/// Does this for every number below `count`, many at once, since time passes for all of them
/// alike. `work` is called from several threads.
void all_at_once(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace statewall
