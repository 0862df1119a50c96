#include "track/flow_key.h"

#include <compare>
#include <cstring>

#include "statewall/icmp.h"

namespace statewall {
namespace {

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

void find_icmp_key(const Headers& h, Lookup& lookup) {
  const IcmpMeaning meaning = icmp_meaning(h.family, h.icmp_type);
  const bool reply = meaning.role == IcmpRole::reply;
  lookup.from_second = reply;
  lookup.same_ends = false;
  FlowKey& key = lookup.key;
  key.first = reply ? h.destination : h.source;
  key.second = reply ? h.source : h.destination;
  key.first_port = h.icmp_id;
  key.second_port =
      static_cast<std::uint16_t>(query_type(meaning.kind, h.family) << 8 | h.icmp_code);
  key.zone = lookup.zone;
  key.protocol = h.protocol;
  key.family = h.family;
}

void find_key(const Headers& h, const Profile& profile, Lookup& lookup) {
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

void tell_tuple(const FlowKey& key, bool from_second, Tuple& tuple) {
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
}

}  // namespace statewall
