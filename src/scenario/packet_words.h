#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "scenario/field_value.h"
#include "scenario/line.h"
#include "scenario/packet_spec.h"

namespace statewall {

/// Does the line go on with the end of a packet's words: `drop`, `=>`, a closing parenthesis, or
/// nothing?
bool ends_packet(const Line& line);

/// Reads `SRC > DST {EXTENSION} PROTOCOL {FIELD}` up to such an end. `head_end`: how many words of
/// the line stand before the fields. False after an error.
bool parse_packet_words(Line& line, PacketSpec& packet, const PacketPlace& place,
                        std::size_t& head_end);
bool parse_packet_words(Line& line, PacketSpec& packet, const PacketPlace& place);

/// The word of every field there is; one that several protocols have may be there several times.
std::vector<std::string_view> field_words();

}  // namespace statewall
