#pragma once

#include "report/buffer.h"
#include "report/packet_record.h"
#include "report/style.h"

namespace statewall {

/// One packet as a line for people, without its newline: number, time of day in UTC, state,
/// direction, connection, what the packet says, and why it has its state. "-" stands for what it
/// has not.
///
///     1 12:00:00.000000 NEW         orig  #1  IP 192.168.1.6 > 192.168.1.10: ICMP echo request,
///                                   id 33029, seq 1, length 64; opens connection 1 with an echo
///                                   ...
void append_packet_line(Buffer& out, const PacketRecord& record, Color color = Color::no);

}  // namespace statewall
