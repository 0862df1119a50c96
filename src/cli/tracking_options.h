#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "cli/profile_options.h"
#include "replay/reading.h"
#include "replay/world.h"
#include "statewall/result.h"

namespace statewall {

/// What each command takes that shows captures to the tracker: --profile, --set, --checksum,
/// --inner, --seed.
struct TrackingOptions {
  ProfileOptions profile;
  std::string checksums = "auto";
  std::uint64_t seed = 0;
  bool inner = false;

  /// REQUIRES: `this` outlives the parsing.
  void add_to(CLI::App& app);
};

/// The same, understood.
struct Tracking {
  Profile profile = tutorial();
  FrameReading reading;
  std::array<std::uint64_t, 2> hash_key{};

  WorldConfig world(std::uint64_t numbers_used = 0) const {
    return {profile, hash_key, numbers_used, reading};
  }
};

/// An Error names the option, and the nearest known name.
Result<Tracking> resolve(const TrackingOptions& options);

/// Without --profile and --set, for a command that chooses profiles in its own way.
void add_reading_to(CLI::App& app, TrackingOptions& options);

/// "profile tutorial, checksums auto".
std::string text(const TrackingOptions& options);

}  // namespace statewall
