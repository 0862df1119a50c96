#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>

#include "track/record.h"
#include "track/spinlock.h"

namespace statewall {

/// One cache line of the hash table: nine tags of 16 bits, each beside the slot of a record. A tag
/// of 0 is an empty place. What does not fit goes to overflow lines, chained from here and covered
/// by the lock of the first line of the chain, the home.
///
/// Tags and slots are atomics because `prepare` peeks at them without the lock, to fetch the record
/// that it will probably need. It may see a torn picture; `observe` looks again under the lock.
struct alignas(64) Bucket {
  static constexpr unsigned kPlaces = 9;

  std::atomic<std::uint64_t> tags[2];   ///< eight tags, the first in the lowest bits
  std::atomic<std::uint16_t> last_tag;  ///< the ninth
  SpinLock lock;                        ///< of the whole chain; used in the home only
  std::uint32_t next;                   ///< overflow line + 1; 0 ends the chain
  std::atomic<std::uint32_t> slots[kPlaces];

  std::uint16_t tag(unsigned place) const {
    if (place == 8) return last_tag.load(std::memory_order_relaxed);
    return static_cast<std::uint16_t>(tags[place / 4].load(std::memory_order_relaxed) >>
                                      place % 4 * 16);
  }

  void set(unsigned place, std::uint16_t tag, std::uint32_t slot) {
    slots[place].store(slot, std::memory_order_relaxed);
    if (place == 8) {
      last_tag.store(tag, std::memory_order_relaxed);
      return;
    }
    const unsigned shift = place % 4 * 16;
    std::atomic<std::uint64_t>& word = tags[place / 4];
    const std::uint64_t others = word.load(std::memory_order_relaxed) & ~(0xffffULL << shift);
    word.store(others | static_cast<std::uint64_t>(tag) << shift, std::memory_order_relaxed);
  }

  /// Calls `probe(place)` for each place with this tag, until it returns true. Rarely it is called
  /// for a place with another tag.
  template <typename Probe>
  bool any(std::uint16_t wanted, Probe&& probe) const {
    constexpr std::uint64_t ones = 0x0001000100010001;
    constexpr std::uint64_t tops = 0x8000800080008000;
    for (unsigned word = 0; word < 2; ++word) {
      // A lane is zero where the tags are equal; a borrow can only spoil lanes above such a one.
      const std::uint64_t x = tags[word].load(std::memory_order_relaxed) ^ (ones * wanted);
      for (std::uint64_t hits = (x - ones) & ~x & tops; hits != 0; hits &= hits - 1) {
        if (probe(word * 4 + static_cast<unsigned>(std::countr_zero(hits)) / 16)) return true;
      }
    }
    return last_tag.load(std::memory_order_relaxed) == wanted && probe(8U);
  }
};
static_assert(sizeof(Bucket) == 64);

}  // namespace statewall
