#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/packet.h"

namespace statewall {

/// One layer of a packet, or one thing that is wrong with it.
struct TreeRow {
  std::string_view label;  ///< "IPv4", "TCP", "quotes", "wrong"
  std::string text;
};

/// A packet layer by layer, with the fields that matter, as tcpdump -v and Wireshark's tree tell
/// them; then what is wrong with its bytes. `frame` is what `packet` was read from.
std::vector<TreeRow> packet_tree(const Packet& packet, std::span<const std::uint8_t> frame,
                                 LinkType link, std::size_t original_length);

}  // namespace statewall
