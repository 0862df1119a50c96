#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace statewall {

/// What a packet of generated traffic is, by its transport.
enum class TrafficKind : std::uint8_t {
  query,  ///< queries of ICMP and ICMPv6, and their replies
  icmp,   ///< any other type of ICMP or ICMPv6 that quotes nothing, and short messages
  error,  ///< quotes a packet, which came before or might have
  tcp,
  udp,
  udp_lite,
  sctp,
  gre,
  other,  ///< other protocols, those of the other family among them
  count
};
inline constexpr std::size_t kTrafficKinds = static_cast<std::size_t>(TrafficKind::count);
std::string_view name(TrafficKind kind);

/// What generated traffic is made of. A campaign can aim at one thing with it.
struct TrafficMix {
  /// How often each kind is, against the others; an error needs something of the others to quote.
  std::array<std::uint32_t, kTrafficKinds> weights = {14, 4, 16, 36, 8, 4, 10, 4, 4};
  std::uint32_t ipv6 = 400;       ///< packets of IPv6, per mille
  std::uint32_t wrong = 250;      ///< packets that are wrong in one detail of their talk, per mille
  std::uint32_t damaged = 40;     ///< packets whose bytes lie or are cut, per mille
  std::uint32_t fragmented = 60;  ///< packets that come in fragments, per mille
  std::uint32_t decorated = 60;   ///< IPv4 options, IPv6 extension headers, per mille
};

struct NamedMix {
  std::string_view name;
  std::string_view meaning;  ///< for people
  TrafficMix mix;
};
/// `all` first, then those that aim at one thing.
std::span<const NamedMix> traffic_mixes();
/// nullptr if there is none of that name.
const TrafficMix* traffic_mix(std::string_view name);

}  // namespace statewall
