#pragma once

#include <array>
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

/// The same of any other packet, or of a quoted one: the ends (address, port) are sorted; which
/// protocols beside TCP and UDP have ports the profile knows (known_protocols).
void find_key(const Headers& headers, const Profile& profile, Lookup& lookup);

/// SipHash-1-3 of the key. IPv4 leaves most of the address bytes zero: both addresses fit one word.
/// The words are put together here, not read from the key: it was written field by field a moment
/// ago, and a wider load would wait until all of that is in the cache.
inline std::uint64_t hash_of(const FlowKey& key, const std::array<std::uint64_t, 2>& secret) {
  const std::uint64_t rest = std::uint64_t{key.first_port} << 48 |
                             std::uint64_t{key.second_port} << 32 | std::uint64_t{key.zone} << 16 |
                             std::uint64_t{key.protocol} << 8 |
                             static_cast<std::uint64_t>(key.family);
  std::array<std::uint64_t, 5> words;
  std::memcpy(words.data(), &key, 2 * sizeof(Address));
  words[4] = rest;
  if (key.family == Family::ipv6) return siphash13(secret, words);
  const std::uint64_t first = words[0], second = words[2];
  constexpr int kShift = std::endian::native == std::endian::little ? 0 : 32;
  const std::uint64_t both = (first >> kShift) << 32 | (second >> kShift & 0xffffffff);
  return siphash13(secret, std::array<std::uint64_t, 2>{both, rest});
}

/// The tuple of one direction of a connection: from the first end of its key to the second, or
/// back; into an empty one.
void tell_tuple(const FlowKey& key, bool from_second, Tuple& tuple);

}  // namespace statewall
