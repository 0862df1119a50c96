#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/topology.h"
#include "statewall/result.h"

namespace statewall {

/// Adds what a file says of the firewall's place; nothing, or what is wrong with it. It is TOML:
///
///     [topology]
///     local = ["192.168.1.1/24=lan", "10.0.0.1/24=wan"]
///     route = ["default=wan"]
std::optional<Error> load_topology_file(const std::string& path, rules::Topology& topology);

/// Adds one address, or one route, as `Topology::parse_local` and `parse_route` take it. `where` is
/// the place that an error names.
std::optional<Error> add_local(rules::Topology& topology, std::string_view text,
                               std::string_view where);
std::optional<Error> add_route(rules::Topology& topology, std::string_view text,
                               std::string_view where);

}  // namespace statewall
