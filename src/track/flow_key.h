#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "statewall/tracker.h"
#include "track/siphash.h"

// From headers to the key under which their connection is kept. Both directions of a connection
// have the same key, so that one probe finds it; which way the packet goes is told beside the key.

namespace statewall {

static_assert(std::has_unique_object_representations_v<FlowKey>, "hashed as words: no padding");
static_assert(sizeof(FlowKey) == 40);

/// Are the keys equal? Five words, without a call or a branch for each.
inline bool same_key(const FlowKey& a, const FlowKey& b) {
  std::array<std::uint64_t, 5> x;
  std::array<std::uint64_t, 5> y;
  std::memcpy(x.data(), &a, sizeof a);
  std::memcpy(y.data(), &b, sizeof b);
  return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4])) == 0;
}

/// Does a packet of this protocol belong to one ICMP query or another?
constexpr bool is_icmp(std::uint8_t protocol, Family family) {
  return protocol == (family == Family::ipv6 ? protocol::icmpv6 : protocol::icmp);
}

/// The key of an ICMP query or reply, or of a quoted one, and which way it goes: the asker comes
/// first, whoever sends, because a query of the other direction with the same id is a connection of
/// its own (A8); the ports hold the id, and the query's type and the code.
void find_icmp_key(const Headers& headers, Lookup& lookup);

/// Has this protocol ports, beside TCP and UDP, as the profile knows them (known_protocols)?
inline bool has_ports(std::uint8_t number, const Profile& profile) {
  if (number == protocol::tcp || number == protocol::udp) return true;
  return profile.known_protocols != 0 && (protocol::has_ports(number) || number == protocol::gre);
}

/// Some total order of addresses, the same on each run: by words, as this machine has them.
inline std::strong_ordering order_of(const Address& a, const Address& b) {
  std::array<std::uint64_t, 2> x;
  std::array<std::uint64_t, 2> y;
  std::memcpy(x.data(), &a, sizeof a);
  std::memcpy(y.data(), &b, sizeof b);
  return x <=> y;
}

/// The same of any other packet, or of a quoted one: the ends (address, port) are sorted.
inline void find_key(const Headers& h, const Profile& profile, Lookup& lookup) {
  const bool ports = has_ports(h.protocol, profile);
  const std::uint16_t source_port = ports ? h.source_port : std::uint16_t{0};
  const std::uint16_t destination_port = ports ? h.destination_port : std::uint16_t{0};

  const std::strong_ordering order = order_of(h.source, h.destination);
  const bool turned = order > 0 || (order == 0 && source_port > destination_port);
  lookup.from_second = turned;
  lookup.same_ends = order == 0 && source_port == destination_port;
  FlowKey& key = lookup.key;
  key.first = turned ? h.destination : h.source;
  key.second = turned ? h.source : h.destination;
  key.first_port = turned ? destination_port : source_port;
  key.second_port = turned ? source_port : destination_port;
  key.zone = lookup.zone;
  key.protocol = h.protocol;
  key.family = h.family;
}

/// SipHash-1-3 of the key. IPv4 leaves most of the address bytes zero: both addresses fit one word.
/// The words are put together here, not read from the key: it was written field by field a moment
/// ago, and a wider load would wait until all of that is in the cache.
std::uint64_t hash_of_ipv6(const FlowKey& key, std::uint64_t rest,
                           const std::array<std::uint64_t, 2>& secret);
inline std::uint64_t hash_of(const FlowKey& key, const std::array<std::uint64_t, 2>& secret) {
  const std::uint64_t rest = std::uint64_t{key.first_port} << 48 |
                             std::uint64_t{key.second_port} << 32 | std::uint64_t{key.zone} << 16 |
                             std::uint64_t{key.protocol} << 8 |
                             static_cast<std::uint64_t>(key.family);
  if (key.family == Family::ipv6) return hash_of_ipv6(key, rest, secret);
  std::uint32_t first;
  std::uint32_t second;
  std::memcpy(&first, key.first.bytes.data(), sizeof first);
  std::memcpy(&second, key.second.bytes.data(), sizeof second);
  return siphash13(secret, std::array<std::uint64_t, 2>{std::uint64_t{first} << 32 | second, rest});
}

/// The tuple of one direction of a connection: from the first end of its key to the second, or
/// back; into an empty one.
void tell_tuple(const FlowKey& key, bool from_second, Tuple& tuple);

}  // namespace statewall
