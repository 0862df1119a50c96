#include "track/hash_index.h"

#include <bit>
#include <new>

namespace statewall {
namespace {

// Six connections to a line on average: at that load one home in twelve overflows (Poisson), which
// takes 14 overflow lines for a thousand connections; 20 leave room for chance.
constexpr std::size_t kPerHome = 6;
constexpr std::size_t kPerOverflowLine = 50;
constexpr std::size_t kLeastLines = 8;

/// The first place that is not empty, or kPlaces.
unsigned full_place(const Bucket& line) {
  return static_cast<unsigned>(std::countr_zero(~line.places(0)));
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

Bucket& HashIndex::last_line(Bucket& home) const {
  Bucket* line = &home;
  while (next(*line) != nullptr) line = next(*line);
  return *line;
}

void HashIndex::remove(Bucket& home, std::uint16_t tag, std::uint32_t slot, bool shared) {
  for (Bucket* line = &home; line != nullptr; line = next(*line)) {
    const auto clear = [&](unsigned place) {
      if (line->slots[place].load(std::memory_order_relaxed) != slot) return false;
      line->set(place, 0, kNoSlot);
      if (!home.ends()) fill(home, *line, place, shared);
      return true;
    };
    if (line->any(tag, clear)) return;
  }
}

/// An entry of the last line takes the place of one that is gone; an empty last line is given back.
void HashIndex::fill(Bucket& home, Bucket& line, unsigned place, bool shared) {
  Bucket* before = &home;
  while (next(*next(*before)) != nullptr) before = next(*before);
  Bucket& last = *next(*before);
  const unsigned from = full_place(last);
  if (from != Bucket::kPlaces && &line != &last) {
    line.set(place, last.tag(from), last.slots[from].load(std::memory_order_relaxed));
    last.set(from, 0, kNoSlot);
  }
  if (full_place(last) == Bucket::kPlaces) release_line(*before, shared);
}

Bucket* HashIndex::append_line(Bucket& last, bool shared) {
  const Guard guard(free_lock_, shared);
  std::uint32_t index;
  if (free_lines_ != 0) {
    index = free_lines_;
    free_lines_ = overflow_[index - 1].next.load(std::memory_order_relaxed);
  } else if (fresh_lines_ < overflow_.size()) {
    index = ++fresh_lines_;
  } else {
    return nullptr;
  }
  Bucket* line = new (&overflow_[index - 1]) Bucket{};
  last.next.store(index, std::memory_order_release);
  return line;
}

/// Gives back the line behind this one, which is the last.
void HashIndex::release_line(Bucket& before, bool shared) {
  const Guard guard(free_lock_, shared);
  const std::uint32_t index = before.next.load(std::memory_order_relaxed);
  overflow_[index - 1].next.store(free_lines_, std::memory_order_relaxed);
  free_lines_ = index;
  before.next.store(0, std::memory_order_release);
}

}  // namespace statewall
