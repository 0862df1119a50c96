#pragma once

#include "report/buffer.h"
#include "statewall/packet.h"
#include "statewall/tracker.h"

namespace statewall {

/// What became of a packet, as the comment of its frame in a capture: for display filters at the
/// front (`frame.comment contains "ct=INVALID"`), for people behind the colon. The grammar is that
/// of docs/annotate.md:
///
///   ct=NEW dir=original conn=7 reason=opens-query: opens connection 7 with an echo query
void append_comment(Buffer& out, const Packet& packet, const Observation& observation);

}  // namespace statewall
