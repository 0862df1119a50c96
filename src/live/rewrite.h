#pragma once

#include <cstdint>
#include <span>

#include "firewall/firewall.h"

namespace statewall {

/// Do rules want another TOS or TTL in this IP packet than it has?
bool wants_rewriting(std::span<const std::uint8_t> ip, const Decision& decision);

/// Writes them into it, with its checksum. REQUIRES: it is a whole IP packet, the one decided
/// about.
void rewrite(std::span<std::uint8_t> ip, const Decision& decision);

}  // namespace statewall
