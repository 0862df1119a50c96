#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firewall/firewall.h"
#include "replay/moment.h"
#include "replay/reading.h"
#include "statewall/result.h"

namespace statewall {

/// What is played, and what of it is shown.
struct PlaybackConfig {
  FrameReading reading;
  /// Which frames are shown; all if it is empty. It is asked once for each frame, in order, and
  /// told which capture it is from; what is wrong it adds to the problems.
  std::function<bool(const Frame&, const std::string& file, std::vector<Error>& problems)> filter;
  bool track_matching = false;               ///< what the filter leaves out is not tracked either
  std::optional<Moment> from;                ///< what lies before is tracked, but not shown
  std::optional<Moment> to;                  ///< the capture ends here
  std::vector<Moment> at;                    ///< moments at which views are shown the table
  const FirewallConfig* firewall = nullptr;  ///< if not null: its rules say what is let out
  bool trail = false;                        ///< views are told which rules a packet visited
  /// Frames are read and prepared so many at a time, 1 to kBatch. In a batch of more than one,
  /// views do not hear of a packet before the others were read, which may take long when a capture
  /// comes from a live pipe; and they are told neither interfaces nor comments.
  std::size_t batch = 1;
  static constexpr std::size_t kBatch = 32;
};

}  // namespace statewall
