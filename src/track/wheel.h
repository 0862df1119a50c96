#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "track/record.h"
#include "track/spinlock.h"

namespace statewall {

/// A timing wheel over the deadlines of records: four levels of 256 slots, of 1 ms, 256 ms, 65.5 s
/// and 4.7 h each. It is lazy: a refresh only writes the record's deadline, and the record is filed
/// anew when the wheel comes by where it was. A deadline that moves to before that place, which
/// `Record::filed` tells, must be filed at once.
///
/// The lists are doubly linked through the records, so that a connection that ends early is taken
/// out at once. All calls are made under `lock`.
class Wheel {
 public:
  SpinLock lock;

  /// `shared`: other threads may move a record's deadline while it is filed.
  void reset(bool shared = false);

  /// Sets an empty wheel to `now`; one that holds records stays as it is.
  void restart(std::uint32_t now);

  /// Files a record under its deadline. REQUIRES: it is on no wheel.
  void link(Record* records, std::uint32_t slot);

  /// The same where nobody else can move the deadline meanwhile: its bucket is held.
  void link_held(Record* records, std::uint32_t slot);

  /// Fetches what `unlink` of this record will touch. No lock is needed, and nothing is promised.
  static void fetch_neighbours(const Record* records, std::uint32_t slot) {
    const std::uint32_t next = records[slot].wheel_next;
    const std::uint32_t prev = records[slot].wheel_prev;
    __builtin_prefetch(&records[next != kNoSlot ? next : slot], 1);
    __builtin_prefetch(&records[(prev & kFirstOfList) == 0 ? prev : slot], 1);
  }

  /// Takes a record out. REQUIRES: it is on this wheel.
  void unlink(Record* records, std::uint32_t slot);

  /// Turns the wheel towards `now`, at most to the next record whose deadline has passed, and
  /// returns that record's slot: it stays linked, and the caller destroys it. kNoSlot when the
  /// wheel has reached `now`, or when `budget`, lowered by one for each record touched, is used up.
  std::uint32_t next_due(Record* records, std::uint32_t now, std::size_t& budget);

  /// Nothing is due at `now`, and the wheel stands there: the usual case, told without a call.
  bool idle_at(std::uint32_t now) const { return time_ == now && heads_[time_ & 0xff] == kNoSlot; }

 private:
  /// `wheel_prev` of the first record of a list names the list. Slots stay below this bit
  /// (Profile::max).
  static constexpr std::uint32_t kFirstOfList = 0x80000000;
  static constexpr unsigned kLevels = 4;
  static constexpr unsigned kSlots = 256;

  void push(Record* records, std::uint32_t slot, unsigned list);
  unsigned list_for(std::uint32_t deadline) const;
  void fetch_second(const Record* records, unsigned list) const;
  bool cascade(Record* records, std::size_t& budget);
  std::uint32_t next_stop() const;
  unsigned next_in_level(unsigned level, unsigned from) const;

  bool shared_ = false;
  std::uint32_t time_ = 0;  ///< all before is done; this millisecond may not be
  std::array<std::uint32_t, kLevels * kSlots> heads_;
  std::array<std::uint64_t, kLevels * kSlots / 64> occupied_;
};

}  // namespace statewall
