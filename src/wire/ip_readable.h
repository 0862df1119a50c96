#pragma once

#include "statewall/packet.h"

namespace statewall {

/// Does a packet with this error get beyond its IP header? Hosts discard the others before they put
/// fragments together, track, or look at any rule. What stands behind a fragment header is no
/// matter here.
bool ip_readable(WireError error);

}  // namespace statewall
