#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <atomic>
#include <bit>
#include <cstdint>

#include "track/record.h"
#include "track/spinlock.h"

namespace statewall {

/// One cache line of the hash table: nine tags of 16 bits, each beside the slot of a record. A tag
/// of 0 is an empty place, and has kNoSlot beside it. What does not fit goes to overflow lines,
/// chained from here and covered by the lock of the first line of the chain, the home.
///
/// Tags and slots are atomics because `prepare` peeks at them without the lock, to fetch the record
/// that it will probably need. It may see a torn picture; `observe` looks again under the lock. So
/// are `next` and `arrivals`: that an entry is not there can be told without the lock (`lacks`).
struct alignas(64) Bucket {
  static constexpr unsigned kPlaces = 9;

  std::atomic<std::uint64_t> tags[2];   ///< eight tags, the first in the lowest bits
  std::atomic<std::uint16_t> last_tag;  ///< the ninth
  SpinLock lock;                        ///< of the whole chain; used in the home only
  std::atomic<std::uint32_t> next;      ///< overflow line + 1; 0 ends the chain
  std::atomic<std::uint32_t> slots[kPlaces];
  std::atomic<std::uint32_t> arrivals;  ///< of entries to the chain, modulo 2^32; home only

  Bucket() : tags{}, last_tag(0), next(0), arrivals(0) {
    for (std::atomic<std::uint32_t>& slot : slots) slot.store(kNoSlot, std::memory_order_relaxed);
  }

  std::uint16_t tag(unsigned place) const {
    if (place == 8) return last_tag.load(std::memory_order_relaxed);
    return static_cast<std::uint16_t>(tags[place / 4].load(std::memory_order_relaxed) >>
                                      place % 4 * 16);
  }

  void set(unsigned place, std::uint16_t tag, std::uint32_t slot) {
    slots[place].store(slot, std::memory_order_release);
    if (place == 8) {
      last_tag.store(tag, std::memory_order_relaxed);
      return;
    }
    const unsigned shift = place % 4 * 16;
    std::atomic<std::uint64_t>& word = tags[place / 4];
    const std::uint64_t others = word.load(std::memory_order_relaxed) & ~(0xffffULL << shift);
    word.store(others | static_cast<std::uint64_t>(tag) << shift, std::memory_order_relaxed);
  }

  /// Is there no overflow line behind this one?
  bool ends() const { return next.load(std::memory_order_acquire) == 0; }

  void note_arrival() {
    arrivals.store(arrivals.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// The places with this tag, a bit each.
  unsigned places(std::uint16_t wanted) const {
    unsigned found = last_tag.load(std::memory_order_relaxed) == wanted ? 1U << 8 : 0;
#if defined(__SSE2__)
    const __m128i eight =
        _mm_set_epi64x(static_cast<std::int64_t>(tags[1].load(std::memory_order_relaxed)),
                       static_cast<std::int64_t>(tags[0].load(std::memory_order_relaxed)));
    const __m128i equal = _mm_cmpeq_epi16(eight, _mm_set1_epi16(static_cast<short>(wanted)));
    found |= static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128())));
#else
    for (unsigned place = 0; place < 8; ++place) found |= (tag(place) == wanted ? 1U : 0U) << place;
#endif
    return found;
  }

  /// The first place that is empty, or kPlaces.
  unsigned empty_place() const {
    return static_cast<unsigned>(std::countr_zero(places(0) | 1U << kPlaces));
  }

  /// Calls `probe(place)` for each place with this tag, until it returns true.
  template <typename Probe>
  bool any(std::uint16_t wanted, Probe&& probe) const {
    for (unsigned left = places(wanted); left != 0; left &= left - 1) {
      if (probe(static_cast<unsigned>(std::countr_zero(left)))) return true;
    }
    return false;
  }
};
static_assert(sizeof(Bucket) == 64);

}  // namespace statewall
