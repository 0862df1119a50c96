#pragma once

#include "statewall/packet.h"
#include "wire/bytes.h"

namespace statewall {

/// What tells the connections of GRE apart (C16, E28): PPTP's version 1 has the call id of the
/// receiver, which becomes the destination port; other versions have nothing.
void read_gre_key(Bytes gre, Headers& headers);

}  // namespace statewall
