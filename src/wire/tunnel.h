#pragma once

#include <optional>

#include "statewall/tunnel.h"
#include "wire/bytes.h"

// The headers of tunnels. Each function takes what follows the header of the layer below, and tells
// what is inside, with the offset counted from there; nothing if it cannot be read.

namespace statewall {

std::optional<Inner> inside_gre(Bytes gre);
std::optional<Inner> inside_vxlan(Bytes payload);
std::optional<Inner> inside_geneve(Bytes payload);
std::optional<Inner> inside_mpls(Bytes labels);

/// What begins behind a tunnel header that names it by an EtherType.
std::optional<LinkType> link_of_ethertype(std::uint16_t type);

}  // namespace statewall
