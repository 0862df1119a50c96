#pragma once

#include "report/buffer.h"
#include "report/packet_record.h"
#include "report/style.h"

namespace statewall {

/// One packet as a line for people, without its newline: number, time of day in UTC, state,
/// direction, connection, what the packet says, and why it has its state. "-" stands for what it
/// has not. Where a firewall judged it, its verdict stands before what it says, who decided behind
/// that, and what else happened on lines of their own.
///
///     1 12:00:00.000000 NEW         orig  #1  IP 192.168.1.6 > 192.168.1.10: ICMP echo request,
///                                   id 33029, seq 1, length 64; opens connection 1 with an echo
///                                   ...
void append_packet_line(Buffer& out, const PacketRecord& record, Color color = Color::no);

/// What REJECT answered to the packet before, indented, and what became of it where it was not
/// sent:
///
///             answers IP 10.0.0.1 > 192.168.1.6: ICMP ...; RELATED
void append_answer_line(Buffer& out, const Packet& packet, const DecisionRecord& record,
                        const Rulesets& rulesets);

}  // namespace statewall
