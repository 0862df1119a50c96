#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "statewall/tracker.h"
#include "track/effect.h"
#include "track/flow_hash.h"
#include "track/hash_index.h"
#include "track/pool.h"
#include "track/record.h"
#include "track/wheel.h"

// What stands in the memory of a table: this struct, the workers, the lines of the hash table, the
// records. The parts know nothing of each other; `life.h` moves a connection through them.

namespace statewall {

/// What is still to come of the packet under way, between observe and confirm or drop.
struct Pending {
  enum class Kind : std::uint8_t {
    nothing,
    opening,
    effect,
    over  ///< nothing either: it ended its connection at once, of which Worker::ended is a copy
  };
  Kind kind = Kind::nothing;
  Effect effect;
  ConnectionId connection;
  Spot spot;
  std::uint32_t timeout = 0;   ///< opening: milliseconds from confirmation on (B9)
  std::uint32_t arrivals = 0;  ///< ... and of its bucket, when the connection was not there
};

/// What went each way on one connection, original first.
struct Counts {
  Connection::Count ways[2];
};

/// Counted by one thread, read by any.
class Counter {
 public:
  void add() { value_.store(get() + 1, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// What belongs to one tracker. Only its own thread touches it, but for the wheel, under its lock,
/// and the counters, which any thread reads.
struct alignas(64) Worker {
  Pending pending;
  Connection ended;  ///< see Pending::Kind::over: what rules see of it
  FreeList free;
  std::int64_t now = 0;           ///< milliseconds since the table's epoch, rounded down
  bool between = false;           ///< ... and the moment lies between that one and the next
  Nanoseconds tick = 0;           ///< where that millisecond begins on the caller's clock ...
  std::uint64_t tick_length = 0;  ///< ... and how long it lasts; 0 while nothing is known of it
  std::uint64_t opened_numbers = 0;
  unsigned neighbour = 0;      ///< the worker whose wheel is turned next, besides its own
  unsigned wheels_done = 0;    ///< turned in a row that had nothing left to do
  std::int64_t rests_at = -1;  ///< the millisecond to which it has turned all wheels

  Counter packets, opened, dropped, destroyed, evicted, refused, clashed;

  alignas(64) Wheel wheel;
};

inline constexpr Nanoseconds kNoEpoch = std::numeric_limits<Nanoseconds>::min();

struct alignas(64) TableState final : ConnectionTable {
  explicit TableState(const std::array<std::uint64_t, 2>& hash_key) : hash(hash_key) {}

  Profile profile;
  FlowHash hash;
  std::span<Worker> workers;
  HashIndex index;
  RecordPool pool;
  std::span<Counts> counts;                  ///< one a record, or none (switch acct)
  bool shared = false;                       ///< more than one thread
  std::atomic<Nanoseconds> epoch{kNoEpoch};  ///< the moment of the first packet
  // On a line of their own: what every packet reads stands still.
  alignas(64) std::atomic<std::int64_t> latest{0};  ///< about the latest `Worker::now`: pauses
  std::atomic<std::uint32_t> hand{0};               ///< early drop: the slot that is looked at next

  Spot spot_of(const FlowKey& key) const { return index.spot_of(hash(key)); }

  static TableState& of(ConnectionTable& table) { return static_cast<TableState&>(table); }
  static const TableState& of(const ConnectionTable& table) {
    return static_cast<const TableState&>(table);
  }
};

/// A connection in the table, found by its slot, without its bucket's lock.
struct Located {
  std::uint64_t number = 0;  ///< 0: the slot is free or under way
  Spot spot;
};
Located locate(const TableState& table, std::uint32_t slot);

/// The same where it is on a wheel. REQUIRES: that wheel is locked.
inline Located locate_on_wheel(const TableState& table, std::uint32_t slot) {
  const Record& record = table.pool[slot];
  return {record.number.load(std::memory_order_relaxed), table.spot_of(record.key)};
}

/// A connection found by its slot and held by its bucket's lock, for as long as this lives; or
/// none, where the slot is free, or holds another connection than `number` (0: whichever).
class [[nodiscard]] Held {
 public:
  Held(const TableState& table, std::uint32_t slot, std::uint64_t number = 0);
  /// The same where the spot is known.
  Held(const TableState& table, ConnectionId id, Spot spot);

  explicit operator bool() const { return held_; }
  Spot spot() const { return spot_; }

 private:
  bool check(const TableState& table, std::uint32_t slot, std::uint64_t number) const;

  Spot spot_;
  std::uint64_t number_;
  Guard guard_;
  bool held_;

  Held(const TableState& table, std::uint32_t slot, std::uint64_t number, Located located);
};

}  // namespace statewall
