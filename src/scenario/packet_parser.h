#pragma once

#include <string_view>

#include "scenario/line.h"
#include "scenario/scenario.h"

namespace statewall {

/// Begins a packet that is given by its bytes.
inline constexpr std::string_view kBytesWord = "bytes";

/// Reads `SRC > DST PROTO-PART [drop] [=> KEY VALUE ...]` or `bytes HEX ... [drop] [=> ...]`, the
/// rest of a packet's line, into `step`, whose number is set: only packets before it can be quoted.
/// False after an error.
bool parse_packet(Line& line, PacketStep& step);

}  // namespace statewall
