#pragma once

#include "scenario/line.h"
#include "scenario/scenario.h"

namespace statewall {

/// What the settings read so far forbid to those that follow.
struct SettingsSeen {
  bool profile = false;
  bool set = false;
  bool topology_wrong = false;  ///< no packet's line can be read then
};

/// Reads the line of a setting: `profile`, `set`, `topology`, `rules`. False after an error.
bool parse_setting(Line& line, Scenario& scenario, SettingsSeen& seen);

}  // namespace statewall
