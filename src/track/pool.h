#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "track/record.h"
#include "track/spinlock.h"

namespace statewall {

/// A tracker's own free records. No lock: only its tracker touches it.
struct FreeList {
  std::uint32_t head = kNoSlot;
  std::uint32_t count = 0;
  std::uint32_t soon = 0;      ///< fresh records from here ...
  std::uint32_t soon_end = 0;  ///< ... to here will probably be taken next
};

/// The records, and those of them that are free. Each tracker has a list of its own; with several
/// trackers surplus goes through a common list, 32 at a time, so that none keeps more than 64 idle:
/// by so much may the table be full early.
class RecordPool {
 public:
  /// REQUIRES: the span lives as long as the pool; its contents may be anything.
  void lay_out(std::span<Record> records, bool shared);

  Record* records() const { return records_.data(); }
  Record& operator[](std::uint32_t slot) const { return records_[slot]; }
  std::uint32_t slot_of(const Record& record) const {
    return static_cast<std::uint32_t>(&record - records_.data());
  }

  /// Slots below this were ever used; others hold rubbish.
  std::uint32_t used() const { return fresh_.load(std::memory_order_acquire); }

  /// Sees to it that `take` will succeed. False when every record is taken.
  bool stock(FreeList& mine);

  /// Takes a free record. REQUIRES: stock(mine) held since the last take.
  std::uint32_t take(FreeList& mine) {
    // One taken, one fetched: a whole batch at once would wait for memory.
    if (mine.soon != mine.soon_end) {
      const Record& record = records_[mine.soon++];
      __builtin_prefetch(&record, 1);
      __builtin_prefetch(&record.number, 1);
    }
    return pop(mine);
  }

  /// Gives one back. REQUIRES: it is in no bucket and on no wheel.
  void give(FreeList& mine, std::uint32_t slot);

 private:
  void push(FreeList& list, std::uint32_t slot) const {
    records_[slot].wheel_next = list.head;
    list.head = slot;
    ++list.count;
  }
  std::uint32_t pop(FreeList& list) const {
    const std::uint32_t slot = list.head;
    list.head = records_[slot].wheel_next;
    --list.count;
    return slot;
  }
  bool open_fresh(FreeList& mine);

  std::span<Record> records_;
  bool shared_ = false;
  SpinLock lock_;  ///< of `common_`
  FreeList common_;
  std::atomic<std::uint32_t> claimed_{
      0};  ///< slots below this are somebody's, and made or being made
  std::atomic<std::uint32_t> fresh_{0};  ///< slots below this are made
};

}  // namespace statewall
