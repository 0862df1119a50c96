#include "track/flow_key.h"

namespace statewall {

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
