#pragma once

#include <cstddef>
#include <cstdint>

#include "statewall/packet.h"
#include "wire/bytes.h"

// Link layers: what lies before the IP header, and what it says comes next.

namespace statewall {

namespace ethertype {
inline constexpr std::uint16_t ipv4 = 0x0800;
inline constexpr std::uint16_t ipv6 = 0x86dd;
inline constexpr std::uint16_t bridged = 0x6558;  ///< an Ethernet frame, in GRE and Geneve
inline constexpr std::uint16_t mpls = 0x8847;
inline constexpr std::uint16_t mpls_upstream = 0x8848;
inline constexpr std::uint16_t pppoe_session = 0x8864;
}  // namespace ethertype

struct LinkHeader {
  WireError error = WireError::none;  ///< link_unsupported, link_short, or not_ip
  std::uint8_t vlan_tags = 0;
  std::uint16_t vlan = 0;       ///< identifier of the outermost tag
  std::uint16_t ethertype = 0;  ///< of the payload; 0 where it has none or is unknown
  std::uint32_t length = 0;     ///< with tags: where the payload begins
};

LinkHeader read_link(Bytes frame, LinkType link);

}  // namespace statewall
