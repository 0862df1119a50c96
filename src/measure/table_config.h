#pragma once

#include <array>
#include <cstdint>

#include "statewall/tracker.h"
#include "track/pool.h"

namespace statewall::bench {

/// A table that is measured is made for so many threads, also where one alone uses it.
inline constexpr unsigned kThreads = 2;

/// A constant: runs must be the same.
inline constexpr std::array<std::uint64_t, 2> kSecret = {0x0123456789abcdef, 0xfedcba9876543210};

/// Each other thread may keep some free records back, most of them in a table of any size as in the
/// largest: `connections` find room besides them.
constexpr std::uint32_t max_for(std::uint32_t connections) {
  return connections + RecordPool::most_idle(kNoSlot) * (kThreads - 1);
}

inline TableConfig table_config(Profile profile, std::uint32_t connections) {
  profile.max = profile.buckets = max_for(connections);
  return {.profile = profile, .threads = kThreads, .hash_key = kSecret};
}

}  // namespace statewall::bench
