#include "rules/conditions.h"

namespace statewall::rules {
namespace {

bool in_range(const IpRangeMatch::Addresses& range, const Address& address) {
  return (range.low <= address && address <= range.high) != range.inverted;
}

}  // namespace

Matching test(const IpRangeMatch& match, const Subject& subject, MatchMemory&) {
  const Headers& headers = subject.headers();
  return to_matching(
      (!match.source.given || in_range(match.source, headers.source)) &&
      (!match.destination.given || in_range(match.destination, headers.destination)));
}

namespace {

std::uint16_t ipv4_type(const Subject& subject, const Address& address,
                        std::string_view interface) {
  using Types = AddrtypeMatch;
  const Topology& topology = *subject.topology;
  if (address.bytes[0] == 0) return Types::kBroadcast;
  if (Topology::is_multicast(address, Family::ipv4)) return Types::kMulticast;
  if (Topology::is_limited_broadcast(address)) return Types::kBroadcast;
  if (topology.is_local(address, Family::ipv4, interface)) return Types::kLocal;
  if (topology.is_broadcast(address, Family::ipv4, interface)) return Types::kBroadcast;
  return Types::kUnicast;
}

/// All types of an IPv6 address: unlike IPv4's they do not exclude each other.
std::uint16_t ipv6_types(const Subject& subject, const Address& address,
                         std::string_view interface) {
  using Types = AddrtypeMatch;
  if (address == Address{}) return Types::kUnspec;
  if (Topology::is_multicast(address, Family::ipv6)) return Types::kMulticast;
  std::uint16_t types = Types::kUnicast;
  if (subject.topology->is_local(address, Family::ipv6, interface)) types |= Types::kLocal;
  return types;
}

bool has_type(const Subject& subject, const Address& address, std::uint16_t wanted,
              std::string_view interface) {
  if (subject.ipv4()) return (ipv4_type(subject, address, interface) & wanted) != 0;
  // Every type that is asked for must hold, where IPv6 knows it at all.
  using Types = AddrtypeMatch;
  const std::uint16_t types = ipv6_types(subject, address, interface);
  for (const std::uint16_t type : {Types::kMulticast, Types::kUnicast, Types::kUnspec}) {
    if ((wanted & type) != 0 && (types & type) == 0) return false;
  }
  constexpr std::uint16_t kRouted = Types::kLocal | Types::kAnycast | Types::kUnreachable;
  return (wanted & kRouted) == 0 || (wanted & kRouted & types) != 0;
}

}  // namespace

Matching test(const AddrtypeMatch& match, const Subject& subject, MatchMemory&) {
  const std::string_view interface = match.limit_iface_in    ? subject.in
                                     : match.limit_iface_out ? subject.out
                                                             : std::string_view{};
  const Headers& headers = subject.headers();
  const bool source = match.source == 0 || has_type(subject, headers.source, match.source,
                                                    interface) != match.source_inverted;
  const bool destination = match.destination == 0 ||
                           has_type(subject, headers.destination, match.destination, interface) !=
                               match.destination_inverted;
  return to_matching(source && destination);
}

}  // namespace statewall::rules
