#include "rules/connlimit_memory.h"

#include <cstddef>
#include <optional>

namespace statewall::rules {
namespace {

bool is_closed(const Connection& entry) {
  return entry.tcp_state == TcpState::time_wait || entry.tcp_state == TcpState::close;
}

/// Does it still count, seen from another packet?
bool lives(const Connection& entry, Nanoseconds now) {
  const bool expired = (entry.status & status::confirmed) != 0 && entry.deadline <= now;
  return !expired && !is_closed(entry);
}

HostKey key_of(const ConnlimitMatch& match, const Subject& subject, const Connection* entry) {
  HostKey key;
  const Headers& headers = subject.headers();
  key.source =
      first_bits(match.by_destination ? headers.destination : headers.source, match.prefix_length);
  key.zone = entry ? entry->zone : Zone{0};
  key.family = static_cast<std::uint16_t>(headers.family);
  return key;
}

/// Does the packet hold what tells connections apart?
bool tells_connection(const Subject& subject) {
  const std::uint8_t number = subject.headers().protocol;
  const bool icmp = number == protocol::icmp || number == protocol::icmpv6;
  const std::size_t needed = icmp ? 8 : protocol::has_ports(number) ? 4 : 0;
  return subject.headers().fragment_offset == 0 && subject.transport.size() >= needed;
}

}  // namespace

ConnlimitMemory::ConnlimitMemory(HostHash hash) : hosts_(kHosts, hash), seen_(kConnections) {
  for (std::uint32_t i = kConnections; i-- > 0;) {
    seen_[i].next = free_;
    free_ = i;
  }
}

std::size_t ConnlimitMemory::bytes() {
  return sizeof(ConnlimitMemory) + decltype(hosts_)::bytes(kHosts) + kConnections * sizeof(Seen);
}

std::uint32_t ConnlimitMemory::count(const ConnlimitMatch& match, const Subject& subject) {
  const Connection* entry = subject.entry();
  if (!entry && !tells_connection(subject)) return 0;
  const HostKey key = key_of(match, subject, entry);
  Host* host = hosts_.find(key);
  const bool is_new = host == nullptr;
  if (is_new) {
    if (hosts_.full()) forget_oldest();
    host = &hosts_.insert(key, {});
  } else {
    hosts_.touch(*host);
  }
  const Living living = remove_gone(*host, subject);
  if (!entry) return living.count + 1;
  // A closed connection counts once: when it is the first that is seen of its host.
  if (living.mine || (is_closed(*entry) && !is_new)) return living.count;
  add(*host, entry->id);
  return living.count + 1;
}

/// Forgets the host's connections that are gone or closed, and counts the others.
ConnlimitMemory::Living ConnlimitMemory::remove_gone(Host& host, const Subject& subject) {
  Living living;
  for (std::uint32_t* link = &host.first; *link != kNone;) {
    Seen& seen = seen_[*link];
    const bool mine = seen.id == subject.connection;
    const auto other = mine ? std::optional<Connection>() : subject.tracker->find(seen.id);
    const Connection* entry = mine ? subject.entry() : other ? &*other : nullptr;
    if (entry && (mine ? !is_closed(*entry) : lives(*entry, subject.now))) {
      ++living.count;
      living.mine = living.mine || mine;
      link = &seen.next;
    } else {
      remove(link);
    }
  }
  return living;
}

/// False where there is no room, since the host has it all.
bool ConnlimitMemory::add(Host& host, ConnectionId id) {
  while (free_ == kNone && hosts_.oldest() != &host) forget_oldest();
  if (free_ == kNone) return false;
  const std::uint32_t added = free_;
  free_ = seen_[added].next;
  seen_[added] = {id, host.first};
  host.first = added;
  return true;
}

/// Takes the connection that this link leads to out of its host's.
void ConnlimitMemory::remove(std::uint32_t* link) {
  const std::uint32_t gone = *link;
  *link = seen_[gone].next;
  seen_[gone].next = free_;
  free_ = gone;
}

void ConnlimitMemory::forget_oldest() {
  Host& host = *hosts_.oldest();
  while (host.first != kNone) remove(&host.first);
  hosts_.erase(host);
}

}  // namespace statewall::rules
