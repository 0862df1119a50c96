#pragma once

#include <array>
#include <cstdint>

#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/tracker.h"

namespace statewall {

/// What the packet alone tells: its plan, and for a plan that looks a connection up its key and
/// hash. `lookup.zone` and `lookup.notrack` are the caller's.
void classify(const Packet& packet, const Profile& profile,
              const std::array<std::uint64_t, 2>& hash_key, Lookup& lookup);

}  // namespace statewall
