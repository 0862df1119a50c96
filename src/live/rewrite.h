#pragma once

#include <cstdint>
#include <span>

#include "firewall/firewall.h"
#include "statewall/packet.h"

namespace statewall {

/// Do rules want another TOS or TTL in this IP packet than it has?
bool wants_rewriting(std::span<const std::uint8_t> ip, const Decision& decision);

/// Writes them into it, with its checksum. REQUIRES: it is a whole IP packet, the one decided
/// about.
void rewrite(std::span<std::uint8_t> ip, const Decision& decision);

/// Writes the checksum of TCP, UDP or ICMPv6 that was left to a network card. `packet` is what was
/// read of it.
void complete_checksum(std::span<std::uint8_t> ip, const Packet& packet);

}  // namespace statewall
