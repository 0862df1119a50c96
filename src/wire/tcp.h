#pragma once

#include "wire/reading.h"

// TCP (RFC 9293), window scale (RFC 7323) and SACK (RFC 2018).

namespace statewall {

WireError read_tcp(const Reading& reading, Bytes segment, Packet& packet);

}  // namespace statewall
