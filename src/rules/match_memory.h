#pragma once

#include <memory>

#include "rules/connlimit_memory.h"
#include "rules/hashlimit_memory.h"
#include "rules/recent_memory.h"
#include "rules/statistic_memory.h"
#include "rules/token_bucket.h"

namespace statewall::rules {

/// What one match of one rule remembers from packet to packet. Each kind of match has its own part;
/// the others stay empty. Those that rules share by name lie elsewhere.
struct MatchMemory {
  TokenBucket limit;
  StatisticMemory statistic;
  std::unique_ptr<ConnlimitMemory> connlimit;
  HashlimitMemory* hashlimit = nullptr;
  RecentList* recent = nullptr;
};

/// What rules share.
struct SharedMemory {
  RecentLists& recent;           ///< of both families
  HashlimitMemories& hashlimit;  ///< of this one
  HostHash hash;
};

/// Does this match have a memory?
bool has_memory(const Match& match);
/// `seed` is that of its random numbers.
MatchMemory make_memory(const Match& match, SharedMemory& shared, std::uint64_t seed);

}  // namespace statewall::rules
