#include "rules/hashlimit_memory.h"

#include <algorithm>

namespace statewall::rules {
namespace {

HostKey key_of(const HashlimitMatch& match, const Subject& subject) {
  using Limit = HashlimitMatch;
  HostKey key;
  const Headers& headers = subject.headers();
  key.family = static_cast<std::uint16_t>(headers.family);
  if ((match.mode & Limit::kSrcIp) != 0) {
    key.source = first_bits(headers.source, match.source_prefix_length);
  }
  if ((match.mode & Limit::kDstIp) != 0) {
    key.destination = first_bits(headers.destination, match.destination_prefix_length);
  }
  if ((match.mode & Limit::kSrcPort) != 0) key.source_port = headers.source_port;
  if ((match.mode & Limit::kDstPort) != 0) key.destination_port = headers.destination_port;
  return key;
}

std::uint64_t period_of(const HashlimitMatch& match) {
  const std::uint64_t unit = match.unit * static_cast<std::uint64_t>(kNanosecondsPerSecond);
  return unit / std::max<std::uint64_t>(match.average, 1);
}

/// How long a host that sends nothing is remembered: as long as its rate's unit unless the rule
/// says otherwise.
Nanoseconds lifetime(const HashlimitMatch& match) {
  const std::uint64_t milliseconds = match.expire != 0 ? match.expire : match.unit * 1000ull;
  return static_cast<Nanoseconds>(milliseconds) * kNanosecondsPerMillisecond;
}

}  // namespace

HashlimitMemory::HashlimitMemory(const HashlimitMatch& match, HostHash hash)
    : hosts_(match.max != 0 ? std::min(match.max, kHosts) : kHosts, hash) {}

HashlimitMemory::Answer HashlimitMemory::test(const HashlimitMatch& match, const Subject& subject) {
  Host* mine = host(match, subject);
  if (!mine) return Answer::full;
  const std::uint64_t cost = match.bytes ? subject.length() : 1;
  const bool exceeds = match.rate_match ? exceeds_rate(match, *mine, cost, subject.now)
                                        : !mine->bucket.take(subject.now, cost);
  return exceeds == match.above ? Answer::yes : Answer::no;
}

/// The packet's host, who begins with a full burst. Those whose time ran out go first; nullptr
/// where there is no room.
HashlimitMemory::Host* HashlimitMemory::host(const HashlimitMatch& match, const Subject& subject) {
  for (Host* oldest = hosts_.oldest(); oldest && oldest->expires <= subject.now;
       oldest = hosts_.oldest()) {
    hosts_.erase(*oldest);
  }
  const HostKey key = key_of(match, subject);
  Host* found = hosts_.find(key);
  if (!found) {
    if (hosts_.full()) return nullptr;
    Host fresh;
    fresh.key = key;
    // Of bytes, without a burst, those of one second.
    const bool second = match.bytes && match.burst == 0;
    fresh.bucket = TokenBucket(period_of(match), second ? match.average : match.burst);
    found = &hosts_.insert(key, fresh);
  }
  hosts_.touch(*found);
  found->expires = subject.now + lifetime(match);
  return found;
}

/// --hashlimit-rate-match: what the host sent within the last whole interval, or so far in this
/// one, against the rate.
bool HashlimitMemory::exceeds_rate(const HashlimitMatch& match, Host& host, std::uint64_t cost,
                                   Nanoseconds now) {
  const Nanoseconds interval = match.rate_interval * kNanosecondsPerSecond;
  if (now >= host.interval_ends) {
    host.in_last = now < host.interval_ends + interval ? host.in_interval : 0;
    host.in_interval = 0;
    host.interval_ends = now + interval;
  }
  host.in_interval += cost;
  const std::uint64_t most = match.average * match.rate_interval / std::max(match.unit, 1u);
  return host.in_interval > most || host.in_last > most;
}

}  // namespace statewall::rules
