#pragma once

#include "wire/reading.h"

// UDP (RFC 768).

namespace statewall {

WireError read_udp(const Reading& reading, Bytes segment, Packet& packet);

}  // namespace statewall
