#pragma once

#include <string>
#include <vector>

#include "statewall/result.h"

namespace statewall {

/// The scenarios that a path names: itself, or for a folder all files `*.scenario` in it and in its
/// folders, by path.
/// An error if there is nothing of that name, or no scenario in the folder.
Result<std::vector<std::string>> scenario_files(const std::string& path);

/// Is this what `scenario_files` is for, by its name, or a folder?
bool names_scenarios(const std::string& path);

}  // namespace statewall
