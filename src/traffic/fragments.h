#pragma once

#include "traffic/draft.h"

namespace statewall {

/// Cuts a whole packet into fragments, in the order in which they are to be sent. Most often they
/// make the packet again, in any order; else one is missing, comes twice, overlaps, is tiny, has
/// another id, lies beyond the end or beyond 65535 bytes. Empty where there is nothing to cut.
std::vector<Octets> fragments_of(Random& random, const Octets& packet);

}  // namespace statewall
