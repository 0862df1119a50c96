#include "rules/recent_memory.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace statewall::rules {

HostKey RecentList::key_of(const RecentMatch& match, const Subject& subject) const {
  HostKey key;
  const Headers& headers = subject.headers();
  key.source = match.by_destination ? headers.destination : headers.source;
  for (std::size_t i = 0; i < key.source.bytes.size(); ++i) {
    key.source.bytes[i] &= mask_.bytes[i];
  }
  key.family = static_cast<std::uint16_t>(headers.family);
  return key;
}

/// A TTL of 0 is as good as any.
RecentList::Entry* RecentList::find(const HostKey& key, bool by_ttl, std::uint8_t ttl) {
  Entry* entry = entries_.find(key);
  const bool other = entry && by_ttl && entry->ttl != ttl && entry->ttl != 0 && ttl != 0;
  return other ? nullptr : entry;
}

void RecentList::expect_hits(std::uint32_t hitcount) {
  while (stamp_slots_ < std::min(hitcount, kMostStamps)) stamp_slots_ *= 2;
}

bool RecentList::test(const RecentMatch& match, const Subject& subject) {
  using What = RecentMatch::What;
  const HostKey key = key_of(match, subject);
  // The TTL counts as it came in, before the router took one off.
  const auto ttl = static_cast<std::uint8_t>(subject.ttl + (subject.seems_forwarded() ? 1 : 0));
  Entry* entry = find(key, match.rttl && match.what != What::set, ttl);
  switch (match.what) {
    case What::set:
      if (entry) {
        update(*entry, ttl, subject.now);
      } else {
        insert(key, ttl, subject.now);
      }
      return !match.inverted;
    case What::remove:
      if (entry) entries_.erase(*entry);
      return (entry != nullptr) != match.inverted;
    case What::rcheck:
    case What::update: break;
  }
  if (!entry) return match.inverted;
  const Nanoseconds since = subject.now - match.seconds * kNanosecondsPerSecond;
  const bool matches = hit(match, *entry, since) != match.inverted;
  const bool updates = match.what == What::update && matches;
  if (match.reap) reap(since, updates ? entry : nullptr);
  if (updates) update(*entry, ttl, subject.now);
  return matches;
}

bool RecentList::hit(const RecentMatch& match, const Entry& entry, Nanoseconds since) {
  std::uint32_t hits = 0;
  for (std::uint32_t i = 0; i < entry.stamps; ++i) {
    if (match.seconds != 0 && entry.stamp[i] < since) continue;
    if (++hits >= match.hitcount) return true;
  }
  return false;
}

/// The address seen longest ago goes, if that was before `since`.
void RecentList::reap(Nanoseconds since, const Entry* spared) {
  Entry* oldest = entries_.oldest();
  if (!oldest || oldest == spared) return;
  const std::uint32_t latest = (oldest->next + stamp_slots_ - 1) % stamp_slots_;
  if (oldest->stamp[latest] < since) entries_.erase(*oldest);
}

void RecentList::insert(const HostKey& key, std::uint8_t ttl, Nanoseconds now) {
  if (entries_.full()) entries_.erase(*entries_.oldest());
  Entry& entry = entries_.insert(key, {});
  update(entry, ttl, now);
}

void RecentList::update(Entry& entry, std::uint8_t ttl, Nanoseconds now) {
  entry.stamp[entry.next] = now;
  entry.next = (entry.next + 1) % stamp_slots_;
  entry.stamps = std::min(entry.stamps + 1, stamp_slots_);
  entry.ttl = ttl;
  entries_.touch(entry);
}

void RecentList::take_over(RecentList& before) {
  if (before.mask_ != mask_ || before.stamp_slots_ < stamp_slots_) return;
  std::swap(entries_, before.entries_);
  stamp_slots_ = before.stamp_slots_;
}

std::size_t RecentList::bytes() {
  return sizeof(RecentList) + decltype(entries_)::bytes(kAddresses);
}

RecentList& RecentLists::of(const RecentMatch& match) {
  return lists_.try_emplace(match.name, match.mask, hash_).first->second;
}

void RecentLists::take_over(RecentLists& before) {
  for (auto& [name, list] : lists_) {
    const auto found = before.lists_.find(name);
    if (found != before.lists_.end()) list.take_over(found->second);
  }
}

}  // namespace statewall::rules
