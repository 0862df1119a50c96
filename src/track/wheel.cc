#include "track/wheel.h"

#include <bit>

namespace statewall {
namespace {

constexpr unsigned group(std::uint32_t time, unsigned level) { return time >> (8 * level) & 0xff; }

/// Does a new slot of this level begin at `time`?
constexpr bool begins(std::uint32_t time, unsigned level) {
  return (time & ((1U << (8 * level)) - 1)) == 0;
}

}  // namespace

void Wheel::reset(bool shared) {
  shared_ = shared;
  time_ = 0;
  heads_.fill(kNoSlot);
  occupied_.fill(0);
}

void Wheel::restart(std::uint32_t now) {
  for (const std::uint64_t bits : occupied_) {
    if (bits != 0) return;
  }
  time_ = now;
}

unsigned Wheel::list_for(std::uint32_t deadline) const {
  if (passed(deadline, time_)) return group(time_, 0);
  // The highest group in which the deadline differs from the present is the level where it waits.
  const unsigned level = (31U - static_cast<unsigned>(std::countl_zero(deadline ^ time_))) / 8;
  return level * kSlots + group(deadline, level);
}

void Wheel::push(Record* records, std::uint32_t slot, unsigned list) {
  Record& record = records[slot];
  const std::uint32_t next = heads_[list];
  record.wheel_prev = kFirstOfList | list;
  record.wheel_next = next;
  if (next != kNoSlot) records[next].wheel_prev = slot;
  heads_[list] = slot;
  occupied_[list / 64] |= 1ULL << (list % 64);
}

void Wheel::link_held(Record* records, std::uint32_t slot) {
  Record& record = records[slot];
  const std::uint32_t deadline = record.deadline.load(std::memory_order_relaxed);
  push(records, slot, list_for(deadline));
  record.filed.store(deadline, std::memory_order_relaxed);
}

void Wheel::link(Record* records, std::uint32_t slot) {
  Record& record = records[slot];
  for (;;) {
    const std::uint32_t deadline = record.deadline.load(std::memory_order_relaxed);
    push(records, slot, list_for(deadline));
    // Filed by the same deadline as before: nobody can have trusted another place.
    if (record.filed.load(std::memory_order_relaxed) == deadline) return;
    record.filed.store(deadline, shared_ ? std::memory_order_seq_cst : std::memory_order_relaxed);
    // Who moved it meanwhile may have trusted the place where it was before.
    if (!shared_ || passed(deadline, record.deadline.load())) return;
    unlink(records, slot);
  }
}

void Wheel::unlink(Record* records, std::uint32_t slot) {
  Record& record = records[slot];
  const std::uint32_t next = record.wheel_next;
  const std::uint32_t prev = record.wheel_prev;
  if (next != kNoSlot) records[next].wheel_prev = prev;
  if ((prev & kFirstOfList) == 0) {
    records[prev].wheel_next = next;
  } else {
    const unsigned list = prev & ~kFirstOfList;
    heads_[list] = next;
    if (next == kNoSlot) occupied_[list / 64] &= ~(1ULL << (list % 64));
  }
}

std::uint32_t Wheel::next_due(Record* records, std::uint32_t now, std::size_t& budget) {
  // Another thread, whose clock is ahead, was here before: what it found due may not be due yet.
  if (static_cast<std::int32_t>(now - time_) < 0) return kNoSlot;
  for (;;) {
    if (!cascade(records, budget)) return kNoSlot;
    while (heads_[group(time_, 0)] != kNoSlot) {
      if (budget == 0) return kNoSlot;
      --budget;
      const std::uint32_t slot = heads_[group(time_, 0)];
      if (passed(records[slot].deadline.load(std::memory_order_relaxed), time_)) return slot;
      unlink(records, slot);
      fetch_second(records, group(time_, 0));
      link(records, slot);
    }
    if (passed(now, time_)) return kNoSlot;
    const std::uint32_t stop = next_stop();
    // Compared from the present on, since both may lie behind the wrap of 2^32.
    if (stop - time_ > now - time_) {
      time_ = now;
      return kNoSlot;
    }
    time_ = stop;
  }
}

/// Fetches the second record of a list, whose first was touched a moment ago.
void Wheel::fetch_second(const Record* records, unsigned list) const {
  const std::uint32_t first = heads_[list];
  if (first == kNoSlot) return;
  const std::uint32_t second = records[first].wheel_next;
  if (second != kNoSlot) __builtin_prefetch(&records[second], 1);
}

/// Spreads the slots of the higher levels that begin now over the lower ones.
bool Wheel::cascade(Record* records, std::size_t& budget) {
  for (unsigned level = kLevels - 1; level > 0; --level) {
    if (!begins(time_, level)) continue;
    const unsigned list = level * kSlots + group(time_, level);
    while (heads_[list] != kNoSlot) {
      if (budget == 0) return false;
      --budget;
      const std::uint32_t slot = heads_[list];
      unlink(records, slot);
      fetch_second(records, list);
      link(records, slot);
    }
  }
  return true;
}

/// The next moment at which a list is not empty: in this level's turn, or where a higher one
/// begins. Half a turn of the whole wheel ahead when there is none.
std::uint32_t Wheel::next_stop() const {
  for (unsigned level = 0; level < kLevels; ++level) {
    const unsigned at = next_in_level(level, group(time_, level) + 1);
    if (at == kSlots) continue;
    const unsigned above = 8 * (level + 1);
    const std::uint32_t upper = level + 1 == kLevels ? 0 : time_ >> above << above;
    return upper | at << (8 * level);
  }
  const unsigned wrapped = next_in_level(kLevels - 1, 0);
  return wrapped == kSlots ? time_ + 0x7fffffff : wrapped << 24;
}

unsigned Wheel::next_in_level(unsigned level, unsigned from) const {
  for (unsigned word = from / 64; word < kSlots / 64; ++word) {
    std::uint64_t bits = occupied_[level * kSlots / 64 + word];
    if (word == from / 64) bits &= ~0ULL << (from % 64);
    if (bits != 0) return word * 64 + static_cast<unsigned>(std::countr_zero(bits));
  }
  return kSlots;
}

}  // namespace statewall
