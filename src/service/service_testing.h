#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "service/state_record.h"
#include "statewall/saved_connection.h"
#include "statewall/tracker.h"
#include "track/testing.h"
#include "traffic/traffic.h"

// For tests of what is saved: connections of all kinds, and whether two are the same.

namespace statewall::testing {

inline std::vector<SavedConnection> save_all(Tracker& tracker, Nanoseconds now) {
  std::vector<SavedConnection> all;
  std::array<SavedConnection, 64> some;
  for (std::uint32_t cursor = 0; cursor != Tracker::kListed;) {
    const std::size_t count = tracker.save(cursor, some, now);
    all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return all;
}

/// Plays generated traffic to a table; a packet each 20 ms.
inline Nanoseconds play_traffic(World& world, std::uint64_t seed, int packets) {
  Traffic traffic(seed);
  std::vector<std::uint8_t> bytes;
  Nanoseconds now = 0;
  for (int i = 0; i < packets; ++i) {
    now += 20 * kNanosecondsPerMillisecond;
    traffic.next(bytes);
    world.pass(read_ip(bytes), now);
  }
  return now;
}

inline std::array<std::uint8_t, kStateRecord> record_of(const SavedConnection& saved) {
  std::array<std::uint8_t, kStateRecord> bytes;
  write_state_record(saved, bytes);
  return bytes;
}

}  // namespace statewall::testing
