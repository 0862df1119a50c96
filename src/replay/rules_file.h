#pragma once

#include <string>

#include "rules/loader.h"
#include "statewall/result.h"

namespace statewall {

/// Longest file that is read as a ruleset, in bytes.
inline constexpr std::size_t kMaxRulesFile = std::size_t{256} << 20;

/// What is written in a file, or for "-" comes from standard input. An Error has its place.
Result<std::string> read_rules_file(const std::string& path);

/// Reads a ruleset from a file, or for "-" from standard input. Errors are those of the file, or
/// those in it, all with their place.
rules::Loaded load_rules_file(const std::string& path, const rules::LoadOptions& options);

}  // namespace statewall
