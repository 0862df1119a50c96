#pragma once

#include <memory>

#include "rules/connlimit_memory.h"
#include "rules/hashlimit_memory.h"
#include "rules/recent_memory.h"
#include "rules/statistic_memory.h"
#include "rules/token_bucket.h"

namespace statewall::rules {

/// What one match of one rule remembers from packet to packet. Each kind of match has its own part;
/// the others stay empty.
struct MatchMemory {
  TokenBucket limit;
  StatisticMemory statistic;
  std::unique_ptr<ConnlimitMemory> connlimit;
  std::unique_ptr<HashlimitMemory> hashlimit;
  RecentList* recent = nullptr;
};

/// Does this match have a memory?
bool has_memory(const Match& match);
MatchMemory make_memory(const Match& match, RecentLists& lists, HostHash hash, std::uint64_t seed);

}  // namespace statewall::rules
