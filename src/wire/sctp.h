#pragma once

#include "wire/reading.h"

// SCTP (RFC 9260).

namespace statewall {

/// Reads the packet of SCTP that begins `bytes`.
WireError read_sctp(const Reading& reading, Bytes bytes, Packet& packet);

}  // namespace statewall
