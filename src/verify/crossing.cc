#include "verify/crossing.h"

#include <algorithm>
#include <array>

#include "scenario/link_frame.h"

namespace statewall {

/// A packet before the router, and what its addresses are there.
struct Situation {
  Situation(const Crossings& crossings, const Packet& read, std::span<const std::uint8_t> octets)
      : packet(read),
        headers(read.headers),
        bytes(octets),
        family(read.headers.family),
        from_us(crossings.topology_.is_local(headers.source, family)),
        to_us(crossings.topology_.is_local(headers.destination, family)),
        broadcast(crossings.topology_.is_broadcast(headers.destination, family)),
        multicast(rules::Topology::is_multicast(headers.destination, family)),
        joined(multicast && crossings.joined(headers.destination, family)),
        reachable(crossings.topology_.interface_of(headers.destination, family) != nullptr) {}

  bool ipv4() const { return family == Family::ipv4; }
  bool to_others() const { return !to_us && !broadcast && !multicast; }
  bool forwarded() const { return !from_us && to_others(); }

  const Packet& packet;
  const Headers& headers;
  std::span<const std::uint8_t> bytes;
  Family family;
  bool from_us, to_us, broadcast, multicast, joined, reachable;
};

namespace {

using rules::Topology;

bool is_loopback(const Address& address, Family family) {
  if (family == Family::ipv4) return address.bytes[0] == 127;
  Address one;
  one.bytes[15] = 1;
  return address == one;
}

/// 0.0.0.0/8, or ::.
bool is_nobody(const Address& address, Family family) {
  return family == Family::ipv4 ? address.bytes[0] == 0 : address == Address{};
}

bool about_loopback(const Situation& at) {
  return is_loopback(at.headers.source, at.family) ||
         is_loopback(at.headers.destination, at.family);
}

bool from_a_group(const Situation& at) {
  return Topology::is_multicast(at.headers.source, at.family) ||
         (at.ipv4() && Topology::is_limited_broadcast(at.headers.source));
}

bool about_nobody(const Situation& at) {
  const bool asks_all = at.ipv4() ? Topology::is_limited_broadcast(at.headers.destination)
                                  : at.multicast && at.joined;
  return is_nobody(at.headers.destination, at.family) ||
         (is_nobody(at.headers.source, at.family) && !asks_all);
}

bool to_a_strange_group(const Situation& at) { return at.multicast && !at.joined; }

/// A router hears itself what it sends to those.
bool from_us_to_a_group(const Situation& at) {
  return at.from_us && (at.broadcast || at.multicast);
}

/// What a raw socket would have written otherwise.
bool not_as_a_host_sends(const Situation& at) {
  if (!at.from_us) return false;
  const bool unnumbered = at.ipv4() && at.bytes[4] == 0 && at.bytes[5] == 0;
  const bool options = at.ipv4() ? (at.bytes[0] & 0xf) != 5 : at.bytes[6] == 0;
  // Of UDP-Lite kernels ask another checksum than hosts write.
  return at.packet.ip_checksum == Checksum::bad || at.packet.l4_checksum == Checksum::bad ||
         at.headers.protocol == protocol::udplite || at.packet.ip_length != at.bytes.size() ||
         at.headers.fragment() || at.packet.fragment_header ||
         at.packet.error == WireError::ipv6_fragment_short || unnumbered || options;
}

/// IGMP, and what ICMPv6 says of groups and neighbours: a router sends it of its own accord.
bool is_the_routers_own(const Situation& at) {
  constexpr std::uint8_t kIgmp = 2;
  const std::uint8_t type = at.headers.icmp_type;
  return at.from_us &&
         (at.headers.protocol == kIgmp || (at.headers.protocol == protocol::icmpv6 &&
                                           ((type >= 130 && type <= 137) || type == 143)));
}

bool too_old(const Situation& at) { return at.forwarded() && at.headers.ttl < 2; }

bool beyond_its_link(const Situation& at) {
  return !at.to_us && !at.multicast &&
         (Topology::is_link_local(at.headers.source, at.family) ||
          Topology::is_link_local(at.headers.destination, at.family)) &&
         !at.ipv4();
}

bool leads_nowhere(const Situation& at) {
  return !at.to_us && !at.broadcast && !at.multicast && !at.reachable;
}

/// IPv4 options that routers write to, that change the way, or that are not lawful.
bool has_options_of_routers(const Situation& at) {
  if (!at.ipv4()) return false;
  constexpr std::uint8_t kEnd = 0, kNothing = 1;
  constexpr std::uint8_t kQuiet[] = {130 /* security */, 136 /* stream */, 148 /* router alert */};
  const std::size_t end =
      std::min<std::size_t>(std::size_t{at.bytes[0] & 0xfU} * 4, at.bytes.size());
  for (std::size_t i = 20; i < end;) {
    // What stands behind the end is overwritten.
    if (at.bytes[i] == kEnd) {
      const auto rest = at.bytes.subspan(i, end - i);
      return std::ranges::any_of(rest, [](std::uint8_t byte) { return byte != kEnd; });
    }
    if (at.bytes[i] == kNothing) {
      ++i;
      continue;
    }
    if (std::ranges::find(kQuiet, at.bytes[i]) == std::end(kQuiet)) return true;
    if (i + 1 >= end || at.bytes[i + 1] < 4 || i + at.bytes[i + 1] > end) return true;
    i += at.bytes[i + 1];
  }
  return false;
}

/// A router reads the hop-by-hop options, and refuses padding that is longer than needed, or not of
/// zeros, and options that it does not know and is to refuse.
bool has_hop_by_hop_of_routers(const Situation& at) {
  constexpr std::size_t kHeader = 40, kNextHeaderAt = 6, kMostPadding = 7;
  constexpr std::uint8_t kHopByHop = 0, kPad1 = 0, kPadN = 1, kRouterAlert = 5;
  if (at.ipv4() || at.bytes.size() < kHeader + 2 || at.bytes[kNextHeaderAt] != kHopByHop) {
    return false;
  }
  const std::size_t end = kHeader + (std::size_t{at.bytes[kHeader + 1]} + 1) * 8;
  std::size_t padding = 0;
  for (std::size_t i = kHeader + 2; i + 1 < std::min(end, at.bytes.size());) {
    const std::uint8_t kind = at.bytes[i];
    const std::size_t length = kind == kPad1 ? 1 : std::size_t{at.bytes[i + 1]} + 2;
    if (kind != kPad1 && kind != kPadN && kind != kRouterAlert) return true;
    if (i + length > at.bytes.size()) return true;
    padding = kind == kRouterAlert ? 0 : padding + length;
    if (padding > kMostPadding) return true;
    const auto inside = at.bytes.subspan(i, length).subspan(std::min<std::size_t>(length, 2));
    if (kind == kPadN && std::ranges::any_of(inside, [](auto byte) { return byte != 0; })) {
      return true;
    }
    i += length;
  }
  return false;
}

/// Routers cut it into fragments, or say that it is too big.
bool too_long(const Situation& at) {
  constexpr std::uint32_t kMtu = 1500;  // of the router's interfaces
  return at.to_others() && at.packet.ip_length > kMtu;
}

struct Exclusion {
  bool (*holds)(const Situation&);
  std::string_view why;
};
constexpr Exclusion kExclusions[] = {
    {about_loopback, "speaks of a loopback address"},
    {from_a_group, "comes from a group"},
    {about_nobody, "comes from nobody, or goes to nobody"},
    {to_a_strange_group, "goes to a group that the router is not in"},
    {from_us_to_a_group, "goes from the router to a group"},
    {not_as_a_host_sends, "comes from the router, which would have written it otherwise"},
    {is_the_routers_own, "is of a kind that routers send of their own accord"},
    {too_old, "is too old to be forwarded"},
    {too_long, "is longer than the link that it goes out on takes"},
    {beyond_its_link, "has an address that means nothing beyond its link"},
    {leads_nowhere, "goes where no route leads"},
    {has_options_of_routers, "has IPv4 options that routers change"},
    {has_hop_by_hop_of_routers, "has options that routers refuse"},
};

/// Routers refuse it before any rule, whatever its addresses.
bool has_no_addresses(const Packet& packet) { return packet.headers.family == Family::none; }

}  // namespace

Crossings::Crossings(const RouterPlan& plan)
    : interfaces_(interface_names(plan)), groups_(plan.groups) {
  for (const auto& local : plan.locals) topology_.add(local);
  for (const auto& route : plan.routes) topology_.add(route);
  // Every host is in these, and every router in the last (RFC 1112, RFC 4291 2.8).
  Address all_hosts, all_nodes, all_routers;
  all_hosts.bytes = {224, 0, 0, 1};
  all_nodes.bytes = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  all_routers.bytes = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  groups_.push_back({all_hosts, Family::ipv4, 0, {}});
  groups_.push_back({all_nodes, Family::ipv6, 0, {}});
  groups_.push_back({all_routers, Family::ipv6, 0, {}});
}

bool Crossings::joined(const Address& group, Family family) const {
  return std::ranges::any_of(groups_, [&](const rules::Topology::Local& known) {
    return known.family == family && known.address == group;
  });
}

Crossing Crossings::of(std::span<const std::uint8_t> packet, Family family) const {
  const LinkType link = family == Family::ipv6 ? LinkType::ipv6 : LinkType::ipv4;
  const Packet read = read_frame(packet, link, packet.size(), ChecksumMode::verify);
  if (interfaces_.empty()) return {.why = "the router has no interfaces"};
  if (read.error == WireError::ipv6_hop_by_hop) return {.why = "has options that routers refuse"};
  std::string_view interface = interfaces_.front();
  if (!has_no_addresses(read)) {
    const Situation at(*this, read, packet);
    for (const Exclusion& exclusion : kExclusions) {
      if (exclusion.holds(at)) return {.why = exclusion.why};
    }
    if (at.from_us) return {.kind = Crossing::Kind::sent};
    const std::string* towards = topology_.interface_of(read.headers.source, family);
    if (towards) interface = *towards;
  }
  return {.kind = Crossing::Kind::comes_in,
          .interface = interface,
          .frame = frame(packet, family, read.headers, interface)};
}

std::vector<std::uint8_t> Crossings::frame(std::span<const std::uint8_t> packet, Family family,
                                           const Headers& headers,
                                           std::string_view interface) const {
  const auto number = std::ranges::find(interfaces_, interface) - interfaces_.begin();
  std::array<std::uint8_t, 6> to = port_mac(static_cast<std::size_t>(number));
  if (headers.family == Family::ipv4 &&
      topology_.is_broadcast(headers.destination, family, interface)) {
    to.fill(0xff);
  } else if (rules::Topology::is_multicast(headers.destination, headers.family)) {
    to = group_mac(headers.destination, family);
  }
  return ethernet_frame(to, host_mac(headers.source, family), family, packet);
}

}  // namespace statewall
