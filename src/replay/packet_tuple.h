#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "statewall/connection.h"
#include "statewall/packet.h"

namespace statewall {

/// The tuple of a packet, or of one that an ICMP error quotes: what stands in the table in its
/// direction.
Tuple tuple_of(const Headers& headers);

/// The one field in which two tuples differ: "source", "destination", "source port",
/// "destination port", "type", "code", "id", "protocol". Nothing if they differ in none or in
/// several.
std::optional<std::string_view> only_difference(const Tuple& one, const Tuple& other);

}  // namespace statewall
