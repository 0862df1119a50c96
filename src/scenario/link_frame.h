#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "rules/topology.h"
#include "scenario/fragmenter.h"

namespace statewall {

using MacAddress = std::array<std::uint8_t, 6>;

/// The address of a multicast group (RFC 1112 6.4, RFC 2464 7).
MacAddress group_mac(const Address& group, Family family);
/// One for a host, by four bytes of its address that tell hosts apart.
MacAddress host_mac(const Address& host, Family family);

/// A packet behind an Ethernet header that says which family it is of.
PacketBytes ethernet_frame(const MacAddress& to, const MacAddress& from, Family family,
                           std::span<const std::uint8_t> packet);

/// The address of the firewall's interface number `side`, from 0.
MacAddress side_mac(std::size_t side);

/// A packet in an Ethernet frame, as it comes in at an interface: to the firewall there, or, by its
/// destination, to a group or to all. Without a `sender` it comes from the host that its source
/// address names.
PacketBytes link_frame(std::span<const std::uint8_t> packet, const rules::Topology& topology,
                       const MacAddress& interface, const std::optional<MacAddress>& sender);

}  // namespace statewall
