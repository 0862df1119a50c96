#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/tracking_options.h"
#include "replay/playback.h"
#include "report/style.h"

namespace statewall {

enum class TableOutput : std::uint8_t { none, tutorial, ip_conntrack, json };

/// What `statewall replay` was asked for.
struct ReplayOptions {
  Tracking tracking;
  PlaybackConfig playback;
  bool merge = false;
  bool quiet = false;  ///< no line a packet
  bool json = false;   ///< the lines as JSON
  bool events = false;
  bool conns = false;
  bool pings = false;
  bool stats = false;
  Color color = Color::no;
  bool table = false;                      ///< at the end of each capture
  TableOutput format = TableOutput::none;  ///< of it, and of those at moments
};

}  // namespace statewall
