#include "track/flow_key.h"

#include <cstring>

#include "statewall/icmp.h"

namespace statewall {

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

std::uint64_t hash_of_ipv6(const FlowKey& key, std::uint64_t rest,
                           const std::array<std::uint64_t, 2>& secret) {
  std::array<std::uint64_t, 5> words;
  std::memcpy(words.data(), &key, 2 * sizeof(Address));
  words[4] = rest;
  return siphash13(secret, words);
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
