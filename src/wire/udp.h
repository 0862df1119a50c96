#pragma once

#include "wire/reading.h"

// UDP (RFC 768) and UDP-Lite (RFC 3828), whose checksum goes over as much as it says.

namespace statewall {

WireError read_udp(const Reading& reading, Bytes segment, Packet& packet);
WireError read_udplite(const Reading& reading, Bytes segment, Packet& packet);

}  // namespace statewall
