#pragma once

#include "capture/reader.h"
#include "statewall/packet.h"

namespace statewall {

/// How the frames of captures are read.
struct FrameReading {
  ChecksumMode checksums = ChecksumMode::automatic;
};

/// What the headers of a frame say.
inline Packet read_packet(const Frame& frame, const FrameReading& how) {
  return read_frame(frame.bytes, frame.link, frame.original_length, how.checksums);
}

}  // namespace statewall
