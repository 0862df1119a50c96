#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/replay_options.h"
#include "cli/rules_options.h"
#include "cli/tracking_options.h"
#include "statewall/result.h"

namespace statewall {

/// The command line of `statewall replay`, as it was read.
struct ReplayArguments {
  std::vector<std::string> files;
  TrackingOptions tracking;
  RulesOptions rules;
  bool trail = false;
  bool counters = false;
  std::optional<std::string> filter;
  bool track_matching = false;
  std::string from, to;
  std::vector<std::string> at;
  std::string format;
  std::optional<std::string> output;
  std::vector<std::string> fail_on;
  std::string color = "auto";
  bool table = false;
  bool no_compare = false;
  ReplayOptions flags;  ///< those of its members that are flags of the command line, too

  /// REQUIRES: `this` outlives the parsing.
  void add_to(CLI::App& app);
};

/// The same, understood; but for the filter and --fail-on, which are understood where they are
/// used.
Result<ReplayOptions> resolve(const ReplayArguments& arguments);

}  // namespace statewall
