#pragma once

#include "report/buffer.h"
#include "statewall/packet.h"

namespace statewall {

/// "ICMP echo request, id 33029, seq 1", "ICMP 10.0.0.10 udp port 53 unreachable", "ICMP6, packet
/// too big, mtu 1280": what an ICMP or ICMPv6 message says, without its length. REQUIRES: the
/// packet's protocol is one of the two, and its header was read.
void append_icmp(Buffer& out, const Packet& packet);

}  // namespace statewall
