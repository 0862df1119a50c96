#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "statewall/address.h"
#include "traffic/mix.h"
#include "traffic/random.h"

namespace statewall {

using Octets = std::vector<std::uint8_t>;

/// IP protocol numbers of generated traffic.
namespace ip_protocol {
inline constexpr std::uint8_t hop_by_hop = 0, icmp = 1, ipip = 4, tcp = 6, udp = 17, ipv6 = 41,
                              routing = 43, fragment = 44, gre = 47, esp = 50, ah = 51, icmpv6 = 58,
                              none = 59, destination_options = 60, sctp = 132, udp_lite = 136;
}  // namespace ip_protocol

/// A packet before it has an IP header.
struct Draft {
  TrafficKind kind = TrafficKind::other;
  Family family = Family::ipv4;
  Address source;
  Address destination;
  std::uint8_t protocol = 0;
  std::uint8_t ttl = 64;
  bool right = true;  ///< every header is whole, no length lies, no checksum is wrong
  Octets body;        ///< all that follows the IP header
};

/// Two ends that talk.
struct Ends {
  Family family = Family::ipv4;
  Address a;
  Address b;

  Ends turned() const { return {family, b, a}; }
};

/// Four hosts of each family, so that keys collide; now and then a host that talks to itself, to a
/// group, or over the loopback.
Ends random_ends(Random& random, std::uint32_t ipv6_per_mille);
/// One of the four.
Address random_host(Random& random, Family family);
/// Of a few ports, 0 and 65535 among them.
std::uint16_t random_port(Random& random);

/// From one end to the other.
Draft draft(TrafficKind kind, const Ends& ends, std::uint8_t protocol);

/// Makes `draft.body` what `build(span)` writes, which is at most `room` bytes.
template <typename Build>
void fill(Draft& draft, std::size_t room, const Build& build) {
  draft.body.resize(room);
  draft.body.resize(build(std::span<std::uint8_t>(draft.body)));
}

/// So many zeros, as scenarios have them.
Octets payload(std::size_t length);

inline void append16(Octets& out, std::uint32_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}
inline void append32(Octets& out, std::uint32_t value) {
  append16(out, value >> 16);
  append16(out, value);
}

/// A message of ICMP or ICMPv6, by the family of the draft, whose body it becomes.
void fill_icmp(Draft& draft, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
               std::span<const std::uint8_t> payload);

}  // namespace statewall
