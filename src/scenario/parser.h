#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/scenario.h"
#include "scenario/scenario_files.h"
#include "statewall/result.h"

namespace statewall {

struct ParsedScenario {
  Scenario scenario;          ///< whole only if there are no errors
  std::vector<Error> errors;  ///< by line, at most one a line: all that is wrong with the text
};

/// Reads the text of a scenario. `file` is its name, for the positions of errors
/// ("ping.scenario:4:31"), `files` reads those that it names; nullptr: that it names some is an
/// error.
ParsedScenario parse_scenario(std::string_view text, std::string_view file,
                              ScenarioFiles* files = nullptr);

/// Reads a file, and those that it names. That it cannot be read is an error of kind `runtime`.
ParsedScenario load_scenario(const std::string& path);

}  // namespace statewall
