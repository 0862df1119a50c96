#pragma once

#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

/// Two TAP devices on a bridge, in the calling thread's namespace: what is written to the first
/// goes through netfilter and out of the second. Neither routing, nor TTL, nor the checks of a
/// host's addresses stand in between. The bridge learns nothing and says nothing of its own.
struct Devices {
  Descriptor in;   ///< Ethernet frames are written to it
  Descriptor out;  ///< its queue may fill: what then does not fit is dropped, and was tracked
};

Result<Devices> make_devices();

}  // namespace statewall
