#pragma once

#include <string_view>

#include "report/buffer.h"
#include "statewall/packet.h"
#include "statewall/tracker.h"

namespace statewall {

/// "state", "direction", "reason", "text" and "conn", as a packet's line has them, without braces:
/// what a packet is to one of several trackers.
void append_observation_json(Buffer& out, const Packet& packet, const Observation& observation);

/// A state's name with its quotes, or null.
void append_state_json(Buffer& out, State state);

/// ,"key":"text", with what JSON wants escaped.
void append_text_member(Buffer& out, std::string_view key, std::string_view text);

}  // namespace statewall
