#pragma once

#include <cstdint>

#include "statewall/packet.h"
#include "wire/bytes.h"

// Link layers: what lies before the IP header, and what it says comes next.

namespace statewall {

namespace ethertype {
inline constexpr std::uint16_t ipv4 = 0x0800;
inline constexpr std::uint16_t ipv6 = 0x86dd;
}  // namespace ethertype

struct LinkHeader {
  WireError error = WireError::none;  ///< link_unsupported, link_short, or not_ip
  std::uint8_t length = 0;            ///< with tags: where the payload begins
  std::uint8_t vlan_tags = 0;
  std::uint16_t vlan = 0;       ///< identifier of the outermost tag
  std::uint16_t ethertype = 0;  ///< of the payload; 0 where it has none or is unknown
};

LinkHeader read_link(Bytes frame, LinkType link);

}  // namespace statewall
