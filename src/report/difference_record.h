#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "statewall/packet.h"
#include "statewall/reason.h"
#include "statewall/time.h"
#include "statewall/tracker.h"

namespace statewall {

/// One packet, and what it is to two ways of tracking. Each side counts its connections for itself.
struct Difference {
  std::string_view file;    ///< as the user named it; outlives this
  std::uint64_t frame = 0;  ///< its number in that file, from 1
  Nanoseconds time = 0;     ///< since the Unix epoch
  Packet packet;
  Observation a;
  Observation b;
};

/// The packets that have one reason on one side and one of another state on the other.
struct DifferenceGroup {
  Reason a = Reason::not_ip;
  Reason b = Reason::not_ip;
  std::uint64_t packets = 0;
  std::vector<Difference> first;  ///< of these, in the order of the captures
};

}  // namespace statewall
