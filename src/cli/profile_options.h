#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "statewall/profile.h"
#include "statewall/result.h"

namespace statewall {

/// --profile and --set, for each command that tracks.
struct ProfileOptions {
  std::string profile{tutorial().name};
  std::vector<std::string> settings;  ///< "NAME=VALUE"

  /// REQUIRES: `this` outlives the parsing.
  void add_to(CLI::App& app);
};

/// The profile with its settings made. An Error names the option, and the nearest known name.
Result<Profile> resolve(const ProfileOptions& options);

/// "profile tutorial", "profile tutorial with icmp_timeout=10".
std::string text(const ProfileOptions& options);

}  // namespace statewall
