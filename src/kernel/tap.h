#pragma once

#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

/// The longest packet that a TAP device takes.
inline constexpr unsigned kTapMtu = 65521;

/// Makes a TAP device of that name in the calling thread's namespace: an Ethernet frame that is
/// written to it arrives there. It is gone when the descriptor is closed.
Result<Descriptor> open_tap(const char* name);

}  // namespace statewall
