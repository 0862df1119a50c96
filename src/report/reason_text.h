#pragma once

#include <string>

#include "report/buffer.h"
#include "statewall/packet.h"
#include "statewall/tracker.h"

namespace statewall {

/// Why a packet has its state: the sentence of its reason, filled in. Its subject is the packet:
/// "replies to the echo query of connection 1".
void append_reason(Buffer& out, const Packet& packet, const Observation& observation);

/// " (fragment of datagram 3)", for fragments that have one.
void append_datagram(Buffer& out, const Packet& packet, const Observation& observation);

std::string reason_text(const Packet& packet, const Observation& observation);

}  // namespace statewall
