#pragma once

#include <cstddef>

#include "statewall/packet.h"
#include "wire/bytes.h"

namespace statewall {

/// One frame on its way through the readers, each of which takes the next header and writes what it
/// says into the Packet.
struct Reading {
  Bytes frame;                  ///< as captured
  std::size_t wire_length = 0;  ///< of the frame; not below frame.size()
  ChecksumMode mode = ChecksumMode::automatic;
  bool reassembled = false;         ///< fragments were put together to it
  bool pseudo_header_known = true;  ///< false while a source route hides the destination
};

}  // namespace statewall
