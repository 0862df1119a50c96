#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace statewall::rules {

/// The port of a well-known service (IANA's registry): "ssh", "http". The system's own list of
/// services is not asked, so that a file of rules means the same everywhere.
std::optional<std::uint16_t> port_of_service(std::string_view name);

}  // namespace statewall::rules
