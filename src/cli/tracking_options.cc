#include "cli/tracking_options.h"

#include "report/choice.h"

namespace statewall {
namespace {

constexpr Choice<ChecksumMode> kChecksums[] = {{"auto", ChecksumMode::automatic},
                                               {"verify", ChecksumMode::verify},
                                               {"ignore", ChecksumMode::ignore}};

}  // namespace

void TrackingOptions::add_to(CLI::App& app) {
  profile.add_to(app);
  add_reading_to(app, *this);
}

void add_reading_to(CLI::App& app, TrackingOptions& options) {
  app.add_option("--checksum", options.checksums,
                 "auto (knows those left to the network card), verify, ignore")
      ->type_name("MODE")
      ->capture_default_str();
  app.add_flag("--inner", options.inner, "Track what tunnels carry: IPIP, GRE, VXLAN, MPLS, ...");
  app.add_option("--seed", options.seed, "Key of the hash table; no result depends on it")
      ->type_name("N");
}

Result<Tracking> resolve(const TrackingOptions& options) {
  const Result<Profile> profile = resolve(options.profile);
  if (!profile) return profile.error();
  const Result<ChecksumMode> checksums = choose("--checksum", options.checksums, kChecksums);
  if (!checksums) return checksums.error();
  return Tracking{.profile = *profile,
                  .reading = {.checksums = *checksums, .inner = options.inner},
                  .hash_key = {options.seed, ~options.seed}};
}

std::string text(const TrackingOptions& options) {
  return text(options.profile) + ", checksums " + options.checksums +
         (options.inner ? ", inside of tunnels" : "");
}

}  // namespace statewall
