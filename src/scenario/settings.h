#pragma once

#include "scenario/line.h"
#include "scenario/scenario.h"
#include "scenario/scenario_files.h"

namespace statewall {

/// What the settings read so far forbid to those that follow, and what reading them needs.
struct SettingsSeen {
  ScenarioFiles* files = nullptr;  ///< reads rulesets; nullptr: none is read
  bool profile = false;
  bool set = false;
  bool rules = false;
  bool rules6 = false;
  bool topology_wrong = false;  ///< no packet's line can be read then
};

/// Reads the line of a setting: `profile`, `set`, `topology`, `rules`, `rules6`. False after an
/// error.
bool parse_setting(Line& line, Scenario& scenario, SettingsSeen& seen);

}  // namespace statewall
