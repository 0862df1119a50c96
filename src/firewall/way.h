#pragma once

#include <span>

#include "rules/ruleset.h"
#include "rules/subject.h"

namespace statewall {

/// A place where a table may have a chain, in the order in which a packet meets them.
struct Stop {
  rules::Hook hook;
  rules::TableKind table;
};

/// Which way a packet goes.
enum class Way : std::uint8_t {
  input,    ///< to the firewall itself
  forward,  ///< through it
  output,   ///< from it
  loopback  ///< from it to itself: out, and in again
};

/// The stops before tracking, and those behind it; on loopback up to where it went out.
std::span<const Stop> stops_before(Way way);
std::span<const Stop> stops_behind(Way way);
/// Of what comes in again on loopback, behind the stops before tracking of the way in.
std::span<const Stop> stops_again();

/// The hook that gives the way its name; output for loopback.
rules::Hook hook_of(Way way);
/// The way that this hook gives its name to: input, forward or output.
Way way_of(rules::Hook hook);

/// Which way this packet goes. What is neither from nor to the firewall is forwarded; so is
/// everything where the topology names no address of its own.
Way way_of(const Headers& headers, const rules::Topology& topology, bool local);

}  // namespace statewall
