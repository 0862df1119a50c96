#pragma once

#include <cstdint>

#include "cli/tracking_options.h"

namespace statewall {

enum class TableOutput : std::uint8_t { none, tutorial, ip_conntrack, json };

/// What `statewall replay` was asked for.
struct ReplayOptions {
  Tracking tracking;
  bool quiet = false;  ///< no line a packet
  bool json = false;   ///< the lines as JSON
  TableOutput table = TableOutput::none;
};

}  // namespace statewall
