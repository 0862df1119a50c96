#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "measure/frames.h"
#include "measure/measurement.h"

namespace statewall::bench {

/// A flow's frames: of its client, and of the server.
using Frames = std::array<Frame, 2>;
inline constexpr std::size_t kQuery = 0, kReply = 1;

/// Each packet of a batch has frames of its own, in a ring that stays in cache.
using Ring = std::array<Frames, kBatch>;
inline Ring ring_of(const Frames& frames) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return Ring{(static_cast<void>(i), frames)...};
  }
  (std::make_index_sequence<kBatch>());
}

}  // namespace statewall::bench
