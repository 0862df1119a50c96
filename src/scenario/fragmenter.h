#pragma once

#include <cstdint>
#include <vector>

#include "scenario/packet_spec.h"

// A packet in fragments (RFC 791 3.2, RFC 8200 4.5), as a host sends it.

namespace statewall {

/// A whole IP packet, as it would travel.
using PacketBytes = std::vector<std::uint8_t>;

/// The fragment that holds this part of what can be cut of a packet; more follow unless it reaches
/// the end. `id` is for IPv6, where fragments alone have one. Of a packet without a whole IP header
/// it is the packet itself; empty where it would begin behind the packet's end.
PacketBytes fragment_of(const PacketBytes& packet, const FragmentRange& range, std::uint32_t id);

/// All its fragments of `size` bytes each, rounded down to a multiple of 8, in their order. A
/// packet that needs no more than one stays as it is. REQUIRES: size is at least 8.
std::vector<PacketBytes> fragments_of(const PacketBytes& packet, std::uint32_t size,
                                      std::uint32_t id);

}  // namespace statewall
