#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
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

  /// Is anything said of traffic that is not generated?
  bool idle() const { return seeds.empty() && (packets_given->count() | mix_given->count()) != 0; }

  const CLI::Option* packets_given = nullptr;
  const CLI::Option* mix_given = nullptr;
};

/// Both ends among them.
struct SeedRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// "7", "1-50". An Error names the option.
Result<SeedRange> resolve_seeds(const std::string& option, std::string_view seeds);

struct HostileTraffic {
  std::optional<SeedRange> seeds;  ///< of traffic that is generated; none is without
  std::uint64_t packets = 0;       ///< of each seed
  const NamedMix* mix = nullptr;
};

std::vector<std::string_view> mix_names();

/// What the options say. An Error names the option.
Result<HostileTraffic> resolve(const HostileOptions& options);

}  // namespace statewall
