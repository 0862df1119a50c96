#pragma once

#include <cstdint>
#include <string_view>

#include "statewall/packet.h"
#include "statewall/time.h"
#include "statewall/tracker.h"

namespace statewall {

/// One packet of a capture and what became of it: what a line of a report tells. It refers to its
/// parts and lives no longer than they do.
struct PacketRecord {
  std::string_view file;    ///< as the user named it
  std::uint64_t frame = 0;  ///< its number in that file, from 1
  Nanoseconds time = 0;     ///< since the Unix epoch
  const Packet& packet;
  const Observation& observation;  ///< with connection numbers that are unique in the run
};

}  // namespace statewall
