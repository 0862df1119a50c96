#pragma once

#include "scenario/line.h"
#include "scenario/scenario.h"

namespace statewall {

/// Reads `SRC > DST PROTO-PART [drop] [=> KEY VALUE ...]`, the rest of a packet's line, into
/// `step`, whose number is set: only packets before it can be quoted. False after an error.
bool parse_packet(Line& line, PacketStep& step);

}  // namespace statewall
