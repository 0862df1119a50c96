#pragma once

#include <string>

#include "rules/loader.h"

namespace statewall {

/// Reads a ruleset from a file, or for "-" from standard input. Errors are those of the file, or
/// those in it, all with their place.
rules::Loaded load_rules_file(const std::string& path, const rules::LoadOptions& options);

}  // namespace statewall
