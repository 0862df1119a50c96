#include "rules/recent_memory.h"

#include <algorithm>

namespace statewall::rules {
namespace {

HostKey key_of(const RecentMatch& match, const Subject& subject) {
  HostKey key;
  const Headers& headers = subject.headers();
  key.source = match.by_destination ? headers.destination : headers.source;
  for (std::size_t i = 0; i < key.source.bytes.size(); ++i) {
    key.source.bytes[i] &= match.mask.bytes[i];
  }
  key.family = static_cast<std::uint16_t>(headers.family);
  return key;
}

}  // namespace

void RecentList::expect_hits(std::uint32_t hitcount) {
  while (stamp_slots_ < std::min(hitcount, kMostStamps)) stamp_slots_ *= 2;
}

bool RecentList::test(const RecentMatch& match, const Subject& subject) {
  using What = RecentMatch::What;
  const HostKey key = key_of(match, subject);
  // The TTL counts as it came in, before the router took one off.
  const auto ttl = static_cast<std::uint8_t>(subject.ttl + (subject.forwarded() ? 1 : 0));
  Entry* entry = entries_.find(key);
  if (entry && match.rttl && entry->ttl != ttl) entry = nullptr;
  if (!entry) {
    if (match.what != What::set) return match.inverted;
    if (entries_.find(key) == nullptr) insert(key, ttl, subject.now);
    return !match.inverted;
  }
  bool found = true;
  if (match.what == What::remove) {
    entries_.erase(*entry);
    return !match.inverted;
  }
  if (match.what != What::set) {
    const Nanoseconds since = subject.now - match.seconds * kNanosecondsPerSecond;
    found = hit(match, *entry, since);
    if (match.reap) reap(since);
    entry = entries_.find(key);
  }
  const bool matches = found != match.inverted;
  if (entry && (match.what == What::set || (match.what == What::update && matches))) {
    update(*entry, ttl, subject.now);
  }
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

/// The oldest address goes, if it was last seen before `since`.
void RecentList::reap(Nanoseconds since) {
  Entry* oldest = entries_.oldest();
  if (!oldest) return;
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

RecentList& RecentLists::list(std::string_view name) {
  const auto found = std::ranges::find_if(
      lists_, [&](const std::unique_ptr<RecentList>& list) { return list->name() == name; });
  if (found != lists_.end()) return **found;
  return *lists_.emplace_back(std::make_unique<RecentList>(name, hash_));
}

}  // namespace statewall::rules
