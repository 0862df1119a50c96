#pragma once

#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/tracker.h"
#include "track/flow_hash.h"

namespace statewall {

/// What the packet alone tells: its plan, and for a plan that looks a connection up its key and
/// hash. `lookup.zone` and `lookup.notrack` are the caller's.
void classify(const Packet& packet, const Profile& profile, const FlowHash& hash, Lookup& lookup);

}  // namespace statewall
