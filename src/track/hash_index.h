#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "track/bucket.h"

namespace statewall {

/// The hash table: from the hash of a key to slots of records. It knows nothing of records: callers
/// compare keys. Every call but `spot_of`, and those that say so, is made under the lock of the
/// spot's home bucket, which the caller takes (`home(spot).lock`).
///
/// Every line that has another behind it is full, and no overflow line is empty: however long
/// entries come and go, no more lines are taken than the entries of the moment need.
class HashIndex {
 public:
  /// Lines for `connections` entries: about six to a line, where nine fit, and overflow lines for
  /// the few homes that chance fills (12 bytes a connection in all).
  struct Size {
    std::size_t homes;
    std::size_t overflow;
  };
  static Size size_for(std::uint32_t connections);

  /// REQUIRES: the spans live as long as the index; their contents may be anything.
  void lay_out(std::span<Bucket> homes, std::span<Bucket> overflow);

  Spot spot_of(std::uint64_t hash) const {
    const auto tag = static_cast<std::uint16_t>(hash);
    return {static_cast<std::uint32_t>((hash >> 32) * homes_.size() >> 32),
            tag == 0 ? std::uint16_t{1} : tag};
  }

  Bucket& home(Spot spot) const { return homes_[spot.line]; }

  /// The slot of the entry of this tag for which `same(slot)` holds, or kNoSlot.
  template <typename Same>
  std::uint32_t find(const Bucket& home, std::uint16_t tag, Same&& same) const {
    std::uint32_t found = kNoSlot;
    for (const Bucket* line = &home; line != nullptr; line = next(*line)) {
      const auto probe = [&](unsigned place) {
        const std::uint32_t slot = line->slots[place].load(std::memory_order_relaxed);
        if (!same(slot)) return false;
        found = slot;
        return true;
      };
      if (line->any(tag, probe)) return found;
    }
    return kNoSlot;
  }

  /// Without any lock: is it certain that there is no entry of this tag? Then `arrivals` is what
  /// `home.arrivals` was: while it is that, none has come.
  bool lacks(const Bucket& home, std::uint16_t tag, std::uint32_t& arrivals) const {
    // In this order. Who enters one counts it behind that; and an entry leaves a line behind the
    // home only after it was written into the home, and before that line goes.
    arrivals = home.arrivals.load(std::memory_order_acquire);
    return home.ends() && home.places(tag) == 0;
  }

  /// Enters a slot. False when every line of the chain is full and no overflow line is left.
  bool insert(Bucket& home, std::uint16_t tag, std::uint32_t slot, bool shared) {
    Bucket* line = home.ends() ? &home : &last_line(home);
    unsigned place = line->empty_place();
    if (place == Bucket::kPlaces) {
      line = append_line(*line, shared);
      if (line == nullptr) return false;
      place = 0;
    }
    line->set(place, tag, slot);
    home.note_arrival();
    return true;
  }

  /// Takes an entry out. REQUIRES: the slot is entered under this tag.
  void remove(Bucket& home, std::uint16_t tag, std::uint32_t slot, bool shared);

  /// Without any lock: a place of the home line whose tag fits, or kPlaces. A hint for `at`.
  std::uint8_t peek(const Bucket& home, std::uint16_t tag) const {
    return static_cast<std::uint8_t>(std::countr_zero(home.places(tag) | 1U << Bucket::kPlaces));
  }

  /// The slot that stands there, whatever its tag, or kNoSlot.
  static std::uint32_t at(const Bucket& home, std::uint8_t place) {
    return place < Bucket::kPlaces ? home.slots[place].load(std::memory_order_relaxed) : kNoSlot;
  }

  /// The same to fetch its record, without any lock: slot 0 where there is none, or none any more.
  /// Without a branch, since whether a packet's connection is there no processor can guess. What
  /// was written to the record before it was entered can be read.
  static std::uint32_t some_slot(const Bucket& home, std::uint8_t place) {
    const auto all_if = [](bool yes) { return 0U - static_cast<std::uint32_t>(yes); };
    const std::uint32_t known = all_if(place < Bucket::kPlaces);
    const std::uint32_t slot = home.slots[place & known].load(std::memory_order_acquire);
    return slot & known & all_if(slot != kNoSlot);
  }

 private:
  Bucket* next(const Bucket& line) const {
    const std::uint32_t next = line.next.load(std::memory_order_relaxed);
    return next == 0 ? nullptr : &overflow_[next - 1];
  }
  Bucket& last_line(Bucket& home) const;
  Bucket* append_line(Bucket& last, bool shared);
  void fill(Bucket& home, Bucket& line, unsigned place, bool shared);
  void release_line(Bucket& before, bool shared);

  std::span<Bucket> homes_;
  std::span<Bucket> overflow_;
  // On a line of its own: what every packet reads stands still.
  alignas(64) SpinLock free_lock_;  ///< of the two below
  std::uint32_t free_lines_ = 0;    ///< a list through Bucket::next
  std::uint32_t fresh_lines_ = 0;   ///< overflow lines that were ever used
};

}  // namespace statewall
