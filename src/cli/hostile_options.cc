#include "cli/hostile_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/suggest.h"

namespace statewall {
namespace {

Error usage(std::string where, std::string message) {
  return {ErrorKind::usage, std::move(where), std::move(message)};
}

/// A whole number from 1.
std::optional<std::uint64_t> count(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || number == 0) return {};
  return number;
}

}  // namespace

std::vector<std::string_view> mix_names() {
  std::vector<std::string_view> names;
  for (const NamedMix& named : traffic_mixes()) names.push_back(named.name);
  return names;
}

void HostileOptions::add_to(CLI::App& app) {
  app.add_option("--hostile", seeds,
                 "Generate traffic from each of these seeds, and shrink what differs")
      ->type_name("SEED[-SEED]");
  packets_given = app.add_option("--packets", packets, "Generated packets of each seed")
                      ->type_name("N")
                      ->capture_default_str();
  mix_given = app.add_option("--mix", mix, fmt::format("One of {}", fmt::join(mix_names(), ", ")))
                  ->type_name("NAME")
                  ->capture_default_str();
}

Result<SeedRange> resolve_seeds(const std::string& option, std::string_view seeds) {
  const std::size_t dash = std::min(seeds.find('-'), seeds.size());
  const auto first = count(seeds.substr(0, dash));
  const auto last = dash == seeds.size() ? first : count(seeds.substr(dash + 1));
  if (!first || !last || *last < *first) {
    return usage(option,
                 fmt::format("'{}' is neither a number from 1, nor two such as in 1-50", seeds));
  }
  return SeedRange{*first, *last};
}

Result<HostileTraffic> resolve(const HostileOptions& options) {
  HostileTraffic traffic;
  if (!options.seeds.empty()) {
    const auto seeds = resolve_seeds("--hostile", options.seeds);
    if (!seeds) return seeds.error();
    traffic.seeds = *seeds;
  }
  const auto packets = count(options.packets);
  if (!packets) {
    return usage("--packets", fmt::format("'{}' is not a number of packets", options.packets));
  }
  const auto mix = std::ranges::find(traffic_mixes(), options.mix, &NamedMix::name);
  if (mix == traffic_mixes().end()) {
    return usage("--mix",
                 fmt::format("{} (mixes: {})", unknown_name("mix", options.mix, mix_names()),
                             fmt::join(mix_names(), ", ")));
  }
  traffic.packets = *packets;
  traffic.mix = &*mix;
  return traffic;
}

}  // namespace statewall
