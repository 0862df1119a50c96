#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace statewall {

/// A name of an ICMPv6 type, or of one of its codes.
struct Icmpv6Name {
  std::string_view name;
  std::uint8_t type;
  std::int16_t code = -1;   ///< -1: the type as a whole
  bool in_iptables = true;  ///< ip6tables 1.8.9 knows it (H6)
};

/// All of them, by type: those of RFC 4443, RFC 4861 and RFC 4890 as ip6tables calls them, newer
/// ones included, and node information (RFC 4620), which it has no names for.
std::span<const Icmpv6Name> icmpv6_names();

}  // namespace statewall
