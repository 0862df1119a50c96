#pragma once

#include <string>

#include "report/buffer.h"
#include "statewall/packet.h"

namespace statewall {

/// What a packet says, in the manner of `tcpdump -n`: numbers only, no newline.
///
///   IP 192.168.1.6 > 192.168.1.10: ICMP echo request, id 33029, seq 1, length 64
///   IP 10.0.0.1.1025 > 10.0.0.2.80: Flags [S], seq 1, win 64240, length 0
///   IP 10.0.0.1 > 10.0.0.2: ip-proto-253, length 12
///   IP 10.0.0.1 > 10.0.0.2: udp, frag (1480)
///   ARP
///
/// A fragment tells its offset in bytes, and with a "+" that more follow. What is broken ends
/// with the slug of the wire error in brackets: "IP [ipv4-short]".
void append_packet(Buffer& out, const Packet& packet);
std::string packet_text(const Packet& packet);

/// Does the packet hold a transport header, and was it read? False for later fragments, for broken
/// packets, and for a first fragment that ends inside that header.
bool transport_read(const Packet& packet);

/// TCP flags as tcpdump writes them: "S.", "F.", "R", "none".
void append_tcp_flags(Buffer& out, std::uint8_t flags);

}  // namespace statewall
