#pragma once

#include <string_view>

#include "scenario/line.h"
#include "scenario/scenario.h"
#include "scenario/settings.h"

namespace statewall {

/// The side of packets that the firewall itself sends.
inline constexpr std::string_view kLocalSide = "local";

/// Reads what follows `topology`: `router`, its sides and routes, `host` and the same, or `bridge`
/// and its two sides. False after an error.
bool parse_topology(Line& line, Scenario& scenario, SettingsSeen& seen);

}  // namespace statewall
