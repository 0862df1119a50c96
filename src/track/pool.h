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
  Peeked count;  ///< that of the common list is asked for without its lock
  // Behind them, what is left of a claim: never used, and made when the list is empty.
  std::uint32_t ahead = 0;
  std::uint32_t ahead_end = 0;  ///< nothing is left where it ends at once
  std::uint32_t fetched = 0;    ///< of it, what lies before this is on its way to the cache
};

/// The records, and those of them that are free. Each tracker has a list of its own; with several
/// trackers surplus goes through a common list. None keeps more than `most_idle`: by so much may
/// the table be full early.
///
/// A tracker claims records, 64 at a time, or 16 in a table of less than 64 Ki, and makes them, 16
/// at a time, when they are needed: no page is touched before. It makes them alone, and nobody
/// waits for it: of each claim is told how many of its first records are made.
class RecordPool {
 public:
  using Made = std::atomic<std::uint8_t>;

  /// What a tracker of so many records may keep for itself: its list, and a claim ahead of it.
  static constexpr std::uint32_t most_idle(std::size_t records) {
    return kMostListed + (1U << claim_bits(records));
  }

  /// How many claims there are in so many records, in whole cache lines.
  static constexpr std::size_t claims_for(std::uint32_t records) {
    const std::size_t claims = (std::size_t{records} >> claim_bits(records)) + 1;
    return (claims + 63) / 64 * 64;
  }

  /// REQUIRES: the spans live as long as the pool, and are as long as they have to be; their
  /// contents may be anything.
  void lay_out(std::span<Record> records, std::span<Made> made, bool shared);

  Record* records() const { return records_.data(); }
  Record& operator[](std::uint32_t slot) const { return records_[slot]; }
  std::uint32_t slot_of(const Record& record) const {
    return static_cast<std::uint32_t>(&record - records_.data());
  }

  /// Slots from this one on were never used.
  std::uint32_t used() const { return claimed_.load(std::memory_order_relaxed); }

  /// Is it a record? Others hold rubbish. REQUIRES: the slot is one of the pool's.
  bool made(std::uint32_t slot) const {
    const std::uint32_t in_claim = slot & ((1U << claim_bits_) - 1);
    return in_claim < made_[slot >> claim_bits_].load(std::memory_order_acquire);
  }

  /// Where the claim that a slot is in ends; perhaps beyond the last record.
  std::uint32_t claim_end(std::uint32_t slot) const {
    return ((slot >> claim_bits_) + 1) << claim_bits_;
  }

  /// Sees to it that `take` will succeed. False when every record is taken.
  bool stock(FreeList& mine) { return mine.count != 0 || restock(mine); }

  /// Takes a free record. REQUIRES: stock(mine) held since the last take.
  std::uint32_t take(FreeList& mine) {
    // One taken, one fetched: all at once would wait for memory.
    if (mine.fetched != mine.ahead_end) {
      const Record& record = records_[mine.fetched++];
      __builtin_prefetch(&record, 1);
      __builtin_prefetch(&record.number, 1);
    }
    return pop(mine);
  }

  /// Gives one back. REQUIRES: it is in no bucket and on no wheel.
  void give(FreeList& mine, std::uint32_t slot);

 private:
  static constexpr std::uint32_t kMostListed = 48;

  static constexpr unsigned claim_bits(std::size_t records) { return records < 65'536 ? 4 : 6; }

  void push(FreeList& list, std::uint32_t slot) const {
    records_[slot].wheel_next = list.head;
    list.head = slot;
    list.count = list.count + 1;
  }
  std::uint32_t pop(FreeList& list) const {
    const std::uint32_t slot = list.head;
    list.head = records_[slot].wheel_next;
    list.count = list.count - 1;
    return slot;
  }
  bool restock(FreeList& mine);
  void claim(FreeList& mine);
  void make_ahead(FreeList& mine);

  std::span<Record> records_;
  std::span<Made> made_;
  unsigned claim_bits_ = 0;
  bool shared_ = false;
  // On a line of its own: what every packet reads stands still.
  alignas(64) SpinLock lock_;  ///< of `common_`
  FreeList common_;
  std::atomic<std::uint32_t> claimed_{0};  ///< slots below this are somebody's
};

}  // namespace statewall
