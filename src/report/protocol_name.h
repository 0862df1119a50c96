#pragma once

#include <cstdint>
#include <string_view>

namespace statewall {

/// The keyword of an IP protocol number, in lower case ("icmp", "udp", "ospf"); empty for numbers
/// that are not met with in practice.
std::string_view protocol_name(std::uint8_t number);

/// "ARP", "LLDP", ...; empty for an ethertype that is not known by name.
std::string_view ethertype_name(std::uint16_t ethertype);

}  // namespace statewall
