#include "rules/hashlimit_memory.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "rules/ipv6_headers.h"

namespace statewall::rules {
namespace {

constexpr std::uint8_t kDccp = 33, kEsp = 50, kAh = 51;

/// Where a protocol has two ports, or what stands in their place (the SPI of ESP and AH).
std::optional<std::size_t> ports_at(std::uint8_t number) {
  if (number == kAh) return 4;
  if (protocol::has_ports(number) || number == kDccp || number == kEsp) return 0;
  return std::nullopt;
}

/// IPv6 that says that nothing follows, or ends before an extension header tells what does: the
/// kernel finds no place where its ports could be.
bool ends_in_extensions(const Headers& headers) {
  return headers.family == Family::ipv6 && headers.fragment_offset == 0 &&
         (headers.protocol == protocol::ipv6_no_next || is_extension(headers.protocol));
}

/// Nothing if it needs ports, and the packet ends before them.
std::optional<HostKey> key_of(const HashlimitMatch& match, const Subject& subject) {
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
  const bool by_port = (match.mode & (Limit::kSrcPort | Limit::kDstPort)) != 0;
  if (by_port && ends_in_extensions(headers)) return std::nullopt;
  const bool later = headers.family == Family::ipv6 && headers.fragment_offset != 0;
  const auto at = later ? std::nullopt : ports_at(headers.protocol);
  if (!by_port || !at) return key;
  if (subject.transport.size() < *at + 4) return std::nullopt;
  if ((match.mode & Limit::kSrcPort) != 0) key.source_port = subject.transport.u16(*at);
  if ((match.mode & Limit::kDstPort) != 0) key.destination_port = subject.transport.u16(*at + 2);
  return key;
}

std::uint64_t period_of(const HashlimitMatch& match) {
  const std::uint64_t unit = match.unit * static_cast<std::uint64_t>(kNanosecondsPerSecond);
  return unit / std::max<std::uint64_t>(match.average, 1);
}

/// How long a host that sends nothing is remembered, unless the rule says it: as long as its rate's
/// unit; of bytes 15 seconds, or a minute if there is a burst.
Nanoseconds lifetime(const HashlimitMatch& match) {
  std::uint64_t seconds = match.unit;
  if (match.bytes) seconds = match.burst == 0 ? 15 : 60;
  const std::uint64_t milliseconds = match.expire != 0 ? match.expire : seconds * 1000;
  return static_cast<Nanoseconds>(milliseconds) * kNanosecondsPerMillisecond;
}

std::uint32_t room(const HashlimitMatch& match) {
  if (match.max == 0) return HashlimitMemory::kHosts;
  return std::clamp<std::uint32_t>(std::max(match.max, match.size), 1, HashlimitMemory::kHosts);
}

/// What an interval holds, the burst included: so many packets more, or so many times the rate.
std::uint64_t most_of(const HashlimitMatch& match, std::uint64_t rate) {
  if (!match.bytes) return rate + match.burst;
  return rate * std::max<std::uint64_t>(ByteRate::refills(match.average, match.burst), 1);
}

}  // namespace

HashlimitMemory::HashlimitMemory(const HashlimitMatch& first, HostHash hash)
    : first_(first), hosts_(room(first), hash) {}

std::size_t HashlimitMemory::bytes(const HashlimitMatch& first) {
  return sizeof(HashlimitMemory) + decltype(hosts_)::bytes(room(first));
}

HashlimitMemory::Answer HashlimitMemory::test(const Subject& subject) {
  const auto key = key_of(first_, subject);
  if (!key) return Answer::drop;
  Host* mine = host(*key, subject.now);
  if (!mine) return Answer::drop;
  return take(*mine, subject) ? Answer::below : Answer::above;
}

bool HashlimitMemory::take(Host& host, const Subject& subject) const {
  if (first_.rate_match) {
    return host.interval.take(subject.now, first_.bytes ? subject.length() : 1);
  }
  if (first_.bytes) return host.bytes.take(subject.now, subject.length());
  return host.packets.take(subject.now);
}

/// The packet's host. Those whose time ran out go first; nullptr where there is no room.
HashlimitMemory::Host* HashlimitMemory::host(const HostKey& key, Nanoseconds now) {
  for (Host* oldest = hosts_.oldest(); oldest && oldest->expires <= now; oldest = hosts_.oldest()) {
    hosts_.erase(*oldest);
  }
  Host* found = hosts_.find(key);
  if (!found) {
    if (hosts_.full()) return nullptr;
    found = &hosts_.insert(key, fresh());
  }
  hosts_.touch(*found);
  found->expires = now + lifetime(first_);
  return found;
}

/// A host begins with a full burst.
HashlimitMemory::Host HashlimitMemory::fresh() const {
  Host host;
  if (first_.rate_match) {
    const std::uint64_t rate = first_.bytes ? ByteRate::round(first_.average) : first_.average;
    host.interval =
        IntervalRate(rate, most_of(first_, rate), first_.rate_interval * kNanosecondsPerSecond);
  } else if (first_.bytes) {
    host.bytes = ByteRate(first_.average, first_.burst);
  } else {
    host.packets = TokenBucket(period_of(first_), first_.burst);
  }
  return host;
}

HashlimitMemory& HashlimitMemories::of(const HashlimitMatch& match, HostHash hash) {
  return all_.try_emplace(match.name, match, hash).first->second;
}

}  // namespace statewall::rules
