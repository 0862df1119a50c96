#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/tracking_options.h"
#include "replay/playback.h"
#include "report/style.h"
#include "report/table_text.h"

namespace statewall {

enum class TableOutput : std::uint8_t {
  none,
  tutorial,
  ip_conntrack,
  nf_conntrack,
  conntrack,
  json
};

/// What `statewall replay` was asked for.
struct ReplayOptions {
  Tracking tracking;
  PlaybackConfig playback;
  bool merge = false;
  bool quiet = false;    ///< no line a packet
  bool compare = false;  ///< with profile linux, in the summary
  bool json = false;     ///< the lines as JSON
  bool events = false;
  bool conns = false;
  bool pings = false;
  bool stats = false;
  Color color = Color::no;
  bool table = false;                        ///< at the end of each capture
  TableOutput format = TableOutput::none;    ///< of it, and of those at moments
  std::optional<ConntrackOutput> conntrack;  ///< -o: what conntrack(8) adds to entries and events
};

}  // namespace statewall
