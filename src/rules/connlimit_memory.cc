#include "rules/connlimit_memory.h"

namespace statewall::rules {
namespace {

bool is_closed(const Connection& entry) {
  return entry.tcp_state == TcpState::time_wait || entry.tcp_state == TcpState::close;
}

/// The address that counts is that of the connection's first packet.
HostKey key_of(const ConnlimitMatch& match, const Connection& entry) {
  HostKey key;
  const Address& address =
      match.by_destination ? entry.original.destination : entry.original.source;
  key.source = first_bits(address, match.prefix_length);
  key.zone = entry.zone;
  key.family = static_cast<std::uint16_t>(entry.original.family);
  return key;
}

}  // namespace

ConnlimitMemory::ConnlimitMemory(HostHash hash) : hosts_(kHosts, hash), seen_(kConnections) {
  for (std::uint32_t i = kConnections; i-- > 0;) {
    seen_[i].next = free_;
    free_ = i;
  }
}

bool ConnlimitMemory::test(const ConnlimitMatch& match, const Subject& subject) {
  const Connection* entry = subject.entry();
  if (!entry) return false;
  Host& mine = host(key_of(match, *entry));
  return (count(mine, subject) > match.limit) == match.above;
}

ConnlimitMemory::Host& ConnlimitMemory::host(const HostKey& key) {
  if (Host* found = hosts_.find(key)) {
    hosts_.touch(*found);
    return *found;
  }
  if (hosts_.full()) forget_oldest();
  return hosts_.insert(key, {});
}

/// How many of a host's connections live, that of the packet included, which is added.
std::uint32_t ConnlimitMemory::count(Host& host, const Subject& subject) {
  std::uint32_t living = 0;
  bool known = false;
  for (std::uint32_t* link = &host.first; *link != kNone;) {
    Seen& seen = seen_[*link];
    const bool mine = seen.id == subject.connection;
    known = known || mine;
    const auto entry = mine ? std::optional<Connection>() : subject.tracker->find(seen.id);
    if (mine || (entry && !is_closed(*entry))) {
      ++living;
      link = &seen.next;
    } else {
      const std::uint32_t gone = *link;
      *link = seen.next;
      seen.next = free_;
      free_ = gone;
    }
  }
  if (known) return living;
  while (free_ == kNone && hosts_.oldest() != &host) forget_oldest();
  if (free_ == kNone) return living + 1;
  const std::uint32_t added = free_;
  free_ = seen_[added].next;
  seen_[added] = {subject.connection, host.first};
  host.first = added;
  return living + 1;
}

void ConnlimitMemory::forget_oldest() {
  Host& host = *hosts_.oldest();
  while (host.first != kNone) {
    const std::uint32_t gone = host.first;
    host.first = seen_[gone].next;
    seen_[gone].next = free_;
    free_ = gone;
  }
  hosts_.erase(host);
}

}  // namespace statewall::rules
