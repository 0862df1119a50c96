#pragma once

#include "traffic/draft.h"

namespace statewall {

/// Makes the bytes of a whole packet lie: lengths, versions, protocols, checksums; cuts it, pads
/// it, flips a bit. An IPv4 header checksum is mended in most cases, so that the lie is looked at.
/// True if the packet is right all the same: what is behind its end does not count, nor does a TTL.
bool damage(Random& random, Octets& packet);

}  // namespace statewall
