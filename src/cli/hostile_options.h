#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/result.h"
#include "traffic/mix.h"

namespace statewall {

/// --hostile, --packets and --mix: which traffic is generated.
struct HostileOptions {
  std::string seeds;  ///< empty: none is
  std::string packets = "2000";
  std::string mix{traffic_mixes().front().name};

  /// REQUIRES: `this` outlives the parsing.
  void add_to(CLI::App& app);
};

struct HostileTraffic {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  ///< seed
  std::uint64_t packets = 0;
  const NamedMix* mix = nullptr;
};

std::vector<std::string_view> mix_names();

/// What the options say; without a mix if no traffic is generated. An Error names the option.
Result<HostileTraffic> resolve(const HostileOptions& options);

}  // namespace statewall
