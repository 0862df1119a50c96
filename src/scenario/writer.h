#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scenario/packet_maker.h"

namespace statewall {

/// A packet of a scenario that is to be written.
struct WrittenPacket {
  PacketBytes bytes;
  std::string expectations = {};  ///< what stands behind `=>`: "state NEW direction original"
};

/// Packets as the text of a scenario, all at time 0: in words where the words make these very
/// bytes, else by their bytes, under a comment that says what they are. Read and made again, it
/// gives the same packets. `head` is what stands between the first line and the packets: settings,
/// comments.
std::string scenario_text(std::span<const WrittenPacket> packets, std::string_view head);

/// The packet at `index` in words, `quoting` those before it, or `bytes ...`: what stands behind
/// the time. REQUIRES: no packet is empty.
std::string packet_words(std::span<const WrittenPacket> packets, std::size_t index);

}  // namespace statewall
