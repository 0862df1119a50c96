#pragma once

#include <string_view>

#include "scenario/line.h"
#include "scenario/scenario.h"
#include "scenario/scenario_files.h"

namespace statewall {

/// Begins a packet that is given by its bytes.
inline constexpr std::string_view kBytesWord = "bytes";

/// Can a packet begin with this word?
bool begins_packet(const Word& word);

/// What else a packet's line depends on.
struct PacketContext {
  ScenarioFiles* files = nullptr;  ///< reads captures; nullptr: a packet that is in one is an error
  bool rules = false;              ///< there is a ruleset: nothing else says `drop`
};

/// Reads `SRC > DST PROTOCOL... [drop] [=> KEY VALUE ...]`, `bytes HEX ...` or `from FILE frame N`
/// with the same end, the rest of a packet's line, into `step`, whose number is set: only packets
/// before it can be quoted. False after an error.
bool parse_packet(Line& line, PacketStep& step, const PacketContext& context);

}  // namespace statewall
