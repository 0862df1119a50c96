#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "statewall/tracker.h"

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

struct Flow {
  FlowKey key;
  bool from_second = false;
  bool same_ends = false;
};

/// The flow of a packet, or of a quoted packet. REQUIRES: for ICMP the type is a query or a reply.
///
/// TCP, UDP and others: the ends (address, port) are sorted; which others have ports the profile
/// knows (known_protocols). ICMP: the asker comes first, whoever
/// sends, because a query of the other direction with the same id is a connection of its own (A8);
/// the ports hold the id, and the query's type and the code.
Flow flow_of(const Headers& headers, Zone zone, const Profile& profile);

/// Does a packet of this protocol belong to one ICMP query or another?
bool is_icmp(std::uint8_t protocol, Family family);

std::uint64_t hash_of(const FlowKey& key, const std::array<std::uint64_t, 2>& secret);

/// The tuple of one direction of a connection: from the first end of its key to the second, or
/// back.
Tuple tuple_of(const FlowKey& key, bool from_second);

}  // namespace statewall
