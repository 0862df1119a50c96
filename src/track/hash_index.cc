#include "track/hash_index.h"

#include <new>

namespace statewall {
namespace {

// Six connections to a line on average: at that load one home in twelve overflows (Poisson), which
// takes 14 overflow lines for a thousand connections; 20 leave room for chance.
constexpr std::size_t kPerHome = 6;
constexpr std::size_t kPerOverflowLine = 50;
constexpr std::size_t kLeastLines = 8;

/// An empty place of the line, or kPlaces.
unsigned empty_place(const Bucket& line) {
  unsigned place = Bucket::kPlaces;
  for (unsigned i = 0; i < Bucket::kPlaces; ++i) {
    if (line.tag(i) == 0) {
      place = i;
      break;
    }
  }
  return place;
}

}  // namespace

HashIndex::Size HashIndex::size_for(std::uint32_t connections) {
  return {connections / kPerHome + kLeastLines, connections / kPerOverflowLine + kLeastLines};
}

void HashIndex::lay_out(std::span<Bucket> homes, std::span<Bucket> overflow) {
  homes_ = homes;
  overflow_ = overflow;
  for (Bucket& line : homes_) new (&line) Bucket{};
}

bool HashIndex::insert(Bucket& home, std::uint64_t hash, std::uint32_t slot, bool shared) {
  Bucket* line = &home;
  unsigned place = empty_place(*line);
  while (place == Bucket::kPlaces) {
    Bucket* following = next(*line);
    if (following == nullptr) following = append_line(*line, shared);
    if (following == nullptr) return false;
    line = following;
    place = empty_place(*line);
  }
  line->set(place, tag_of(hash), slot);
  if (line != &home) ++home.overflow;
  return true;
}

void HashIndex::remove(Bucket& home, std::uint64_t hash, std::uint32_t slot, bool shared) {
  for (Bucket* line = &home; line != nullptr; line = next(*line)) {
    const auto clear = [&](unsigned place) {
      if (line->slots[place].load(std::memory_order_relaxed) != slot ||
          line->tag(place) != tag_of(hash)) {
        return false;
      }
      line->set(place, 0, 0);
      return true;
    };
    if (!line->any(tag_of(hash), clear)) continue;
    if (line != &home && --home.overflow == 0) release_chain(home, shared);
    return;
  }
}

std::uint32_t HashIndex::peek(std::uint64_t hash) const {
  const Bucket& line = home(hash);
  std::uint32_t slot = kNoSlot;
  line.any(tag_of(hash), [&](unsigned place) {
    slot = line.slots[place].load(std::memory_order_relaxed);
    return true;
  });
  return slot;
}

Bucket* HashIndex::append_line(Bucket& last, bool shared) {
  const Guard guard(free_lock_, shared);
  std::uint32_t index;
  if (free_lines_ != 0) {
    index = free_lines_;
    free_lines_ = overflow_[index - 1].next;
  } else if (fresh_lines_ < overflow_.size()) {
    index = ++fresh_lines_;
  } else {
    return nullptr;
  }
  Bucket* line = new (&overflow_[index - 1]) Bucket{};
  last.next = index;
  return line;
}

void HashIndex::release_chain(Bucket& home, bool shared) {
  const Guard guard(free_lock_, shared);
  Bucket* last = next(home);
  while (next(*last) != nullptr) last = next(*last);
  last->next = free_lines_;
  free_lines_ = home.next;
  home.next = 0;
}

}  // namespace statewall
