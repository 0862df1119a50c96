#include "replay/packet_tuple.h"

namespace statewall {

Tuple tuple_of(const Headers& headers) {
  Tuple tuple;
  tuple.source = headers.source;
  tuple.destination = headers.destination;
  tuple.family = headers.family;
  tuple.protocol = headers.protocol;
  tuple.source_port = headers.source_port;
  tuple.destination_port = headers.destination_port;
  const bool v6 = headers.family == Family::ipv6;
  if (headers.protocol == (v6 ? protocol::icmpv6 : protocol::icmp)) {
    tuple.icmp_type = headers.icmp_type;
    tuple.icmp_code = headers.icmp_code;
    tuple.icmp_id = headers.icmp_id;
  }
  return tuple;
}

std::optional<std::string_view> only_difference(const Tuple& one, const Tuple& other) {
  if (one.family != other.family) return std::nullopt;
  const struct {
    std::string_view field;
    bool differs;
  } fields[] = {{"source", one.source != other.source},
                {"destination", one.destination != other.destination},
                {"source port", one.source_port != other.source_port},
                {"destination port", one.destination_port != other.destination_port},
                {"type", one.icmp_type != other.icmp_type},
                {"code", one.icmp_code != other.icmp_code},
                {"id", one.icmp_id != other.icmp_id},
                {"protocol", one.protocol != other.protocol}};
  std::optional<std::string_view> found;
  for (const auto& [field, differs] : fields) {
    if (!differs) continue;
    if (found) return std::nullopt;
    found = field;
  }
  return found;
}

}  // namespace statewall
