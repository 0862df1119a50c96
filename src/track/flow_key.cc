#include "track/flow_key.h"

#include <compare>
#include <cstring>

#include "statewall/icmp.h"
#include "track/siphash.h"

namespace statewall {
namespace {

Flow icmp_flow(const Headers& h, Zone zone) {
  const IcmpMeaning meaning = icmp_meaning(h.family, h.icmp_type);
  const bool reply = meaning.role == IcmpRole::reply;
  Flow flow;
  flow.from_second = reply;
  flow.key.first = reply ? h.destination : h.source;
  flow.key.second = reply ? h.source : h.destination;
  flow.key.first_port = h.icmp_id;
  flow.key.second_port =
      static_cast<std::uint16_t>(query_type(meaning.kind, h.family) << 8 | h.icmp_code);
  flow.key.zone = zone;
  flow.key.protocol = h.protocol;
  flow.key.family = h.family;
  return flow;
}

bool has_ports(std::uint8_t number, const Profile& profile) {
  if (number == protocol::tcp || number == protocol::udp) return true;
  return profile.known_protocols != 0 && (protocol::has_ports(number) || number == protocol::gre);
}

/// Some total order of addresses, the same on each run: by words, as this machine has them.
std::strong_ordering order_of(const Address& a, const Address& b) {
  std::array<std::uint64_t, 2> x;
  std::array<std::uint64_t, 2> y;
  std::memcpy(x.data(), &a, sizeof a);
  std::memcpy(y.data(), &b, sizeof b);
  return x <=> y;
}

}  // namespace

bool is_icmp(std::uint8_t protocol, Family family) {
  return protocol == (family == Family::ipv6 ? protocol::icmpv6 : protocol::icmp);
}

Flow flow_of(const Headers& h, Zone zone, const Profile& profile) {
  if (is_icmp(h.protocol, h.family)) return icmp_flow(h, zone);
  const bool ports = has_ports(h.protocol, profile);
  const std::uint16_t source_port = ports ? h.source_port : std::uint16_t{0};
  const std::uint16_t destination_port = ports ? h.destination_port : std::uint16_t{0};

  Flow flow;
  const std::strong_ordering order = order_of(h.source, h.destination);
  flow.from_second = order > 0 || (order == 0 && source_port > destination_port);
  flow.same_ends = order == 0 && source_port == destination_port;
  flow.key.first = flow.from_second ? h.destination : h.source;
  flow.key.second = flow.from_second ? h.source : h.destination;
  flow.key.first_port = flow.from_second ? destination_port : source_port;
  flow.key.second_port = flow.from_second ? source_port : destination_port;
  flow.key.zone = zone;
  flow.key.protocol = h.protocol;
  flow.key.family = h.family;
  return flow;
}

std::uint64_t hash_of(const FlowKey& key, const std::array<std::uint64_t, 2>& secret) {
  std::array<std::uint64_t, 5> words;
  std::memcpy(words.data(), &key, sizeof key);
  if (key.family == Family::ipv6) return siphash13(secret, words);

  // IPv4 leaves most of the address bytes zero: both addresses fit one word.
  std::uint32_t first;
  std::uint32_t second;
  std::memcpy(&first, &key.first, sizeof first);
  std::memcpy(&second, &key.second, sizeof second);
  const std::array<std::uint64_t, 2> packed{static_cast<std::uint64_t>(first) << 32 | second,
                                            words[4]};
  return siphash13(secret, packed);
}

Tuple tuple_of(const FlowKey& key, bool from_second) {
  Tuple tuple;
  tuple.source = from_second ? key.second : key.first;
  tuple.destination = from_second ? key.first : key.second;
  tuple.family = key.family;
  tuple.protocol = key.protocol;
  if (is_icmp(key.protocol, key.family)) {
    const auto type = static_cast<std::uint8_t>(key.second_port >> 8);
    tuple.icmp_type =
        from_second ? reply_type(icmp_meaning(key.family, type).kind, key.family) : type;
    tuple.icmp_code = static_cast<std::uint8_t>(key.second_port);
    tuple.icmp_id = key.first_port;
  } else {
    tuple.source_port = from_second ? key.second_port : key.first_port;
    tuple.destination_port = from_second ? key.first_port : key.second_port;
  }
  return tuple;
}

}  // namespace statewall
