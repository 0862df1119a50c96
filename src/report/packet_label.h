#pragma once

#include <string>

#include "report/buffer.h"
#include "statewall/packet.h"

namespace statewall {

/// What a packet is in a few words, without its addresses: the label of an arrow.
///
///   ICMP echo request, id 33029, seq 1
///   TCP 1025 > 80 SYN ACK
///   TCP 1025 > 80 ACK PSH, 12 bytes
///   UDP 1025 > 53, 30 bytes
///   sctp, 40 bytes
///   udp fragment at 1480
///   tcp [tcp-short]
///
/// REQUIRES: the packet has addresses.
void append_packet_label(Buffer& out, const Packet& packet);
std::string packet_label(const Packet& packet);

}  // namespace statewall
