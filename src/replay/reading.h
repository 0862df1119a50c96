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
inline void read_packet(const Frame& frame, const FrameReading& how, Packet& packet,
                        InnerPath* path = nullptr) {
  if (how.inner) {
    packet = read_innermost(frame.bytes, frame.link, frame.original_length, how.checksums, path);
    return;
  }
  if (path) path->depth = 0;
  read_frame(frame.bytes, frame.link, frame.original_length, how.checksums, packet);
}
inline Packet read_packet(const Frame& frame, const FrameReading& how, InnerPath* path = nullptr) {
  Packet packet;
  read_packet(frame, how, packet, path);
  return packet;
}

}  // namespace statewall
