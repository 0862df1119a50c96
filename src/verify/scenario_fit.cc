#include "verify/scenario_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "verify/side_by_side.h"

namespace statewall {

std::string waits_too_long(const Scenario& scenario) {
  const Nanoseconds duration = scenario.steps.empty() ? 0 : scenario.steps.back().time;
  if (duration <= kLongestWait) return {};
  return fmt::format("it waits {} s, and here that time really passes: at most {} s",
                     duration / kNanosecondsPerSecond, kLongestWait / kNanosecondsPerSecond);
}

std::string beyond_the_kernel(const Scenario& scenario,
                              const std::vector<std::string>& unknown_settings) {
  const Profile* const usual = find_profile(scenario.profile.name);
  std::string names;
  for (const Switch& row : switches()) {
    const bool known =
        std::ranges::find(unknown_settings, kernel_setting(row)) == unknown_settings.end();
    if (known || !usual || scenario.profile.*row.field == usual->*row.field) continue;
    names.append(names.empty() ? "" : ", ").append(row.name);
  }
  if (names.empty()) return {};
  return fmt::format("no namespace of the kernel has a setting for {}", names);
}

void all_at_once(std::size_t count, const std::function<void(std::size_t)>& work) {
  // A namespace costs the kernel little, but not nothing.
  constexpr std::size_t kAtOnce = 64;
  std::atomic<std::size_t> next = 0;
  const auto go_on = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < std::min(kAtOnce, count); ++i) workers.emplace_back(go_on);
}

}  // namespace statewall
