#pragma once

#include "capture/reader.h"
#include "statewall/packet.h"
#include "statewall/tunnel.h"

namespace statewall {

/// How the frames of captures are read.
struct FrameReading {
  ChecksumMode checksums = ChecksumMode::automatic;
  bool inner = false;  ///< the innermost packet of tunnels, not the outermost
};

/// What the headers of a frame say. `path`, if not null, tells through which tunnels.
inline Packet read_packet(const Frame& frame, const FrameReading& how, InnerPath* path = nullptr) {
  if (how.inner) {
    return read_innermost(frame.bytes, frame.link, frame.original_length, how.checksums, path);
  }
  if (path) path->depth = 0;
  return read_frame(frame.bytes, frame.link, frame.original_length, how.checksums);
}

}  // namespace statewall
