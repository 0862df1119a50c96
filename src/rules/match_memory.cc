#include "rules/match_memory.h"

#include <variant>

namespace statewall::rules {

bool has_memory(const Match& match) {
  return std::holds_alternative<LimitMatch>(match) ||
         std::holds_alternative<StatisticMatch>(match) ||
         std::holds_alternative<ConnlimitMatch>(match) ||
         std::holds_alternative<HashlimitMatch>(match) ||
         std::holds_alternative<RecentMatch>(match);
}

MatchMemory make_memory(const Match& match, SharedMemory& shared, std::uint64_t seed) {
  constexpr std::uint64_t kLimitUnit = 100'000;  // nanoseconds: a ten thousandth of a second
  MatchMemory memory;
  if (const auto* limit = std::get_if<LimitMatch>(&match)) {
    memory.limit = TokenBucket(limit->period * kLimitUnit, limit->burst);
  } else if (const auto* statistic = std::get_if<StatisticMatch>(&match)) {
    memory.statistic = StatisticMemory(*statistic, seed);
  } else if (std::holds_alternative<ConnlimitMatch>(match)) {
    memory.connlimit = std::make_unique<ConnlimitMemory>(shared.hash);
  } else if (const auto* hashlimit = std::get_if<HashlimitMatch>(&match)) {
    memory.hashlimit = &shared.hashlimit.of(*hashlimit, shared.hash);
  } else if (const auto* recent = std::get_if<RecentMatch>(&match)) {
    memory.recent = &shared.recent.of(*recent);
    memory.recent->expect_hits(recent->hitcount);
  }
  return memory;
}

}  // namespace statewall::rules
