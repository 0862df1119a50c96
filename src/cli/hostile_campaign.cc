#include "cli/hostile_campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cli/progress.h"
#include "report/quantity.h"
#include "verify/verdict_text.h"

namespace statewall {
namespace {

/// How what differs was shrunk: "shrunk to 3 packets in 41 runs, none of which can be left out".
std::string shrinking(const SeedVerdict& verdict) {
  if (!verdict.again) return std::string(kNotAgain);
  return fmt::format(
      "shrunk to {} in {}{}", quantity(verdict.difference->packets.size(), "packet", "packets"),
      quantity(verdict.runs, "run", "runs"), verdict.minimal ? "" : ", perhaps not the fewest");
}

}  // namespace

std::optional<Error> HostileCampaign::run(SideBySide& both) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  Progress progress("statewall verify", true);
  CampaignConfig config{.mix = traffic_.mix->mix, .packets = traffic_.packets};
  for (std::uint64_t seed = traffic_.seeds->first; !out_.broken(); ++seed) {
    if (shown_ >= limit_) config.most_runs = 0;
    const auto verdict = play_seed(both, seed, config);
    if (!verdict) return verdict.error();
    ++seeds_;
    packets_ += verdict->packets;
    compared_ += verdict->compared;
    took_ = Clock::now() - start;
    progress.tick(packets_, 0);
    if (verdict->difference) ++(verdict->again ? differing_ : differed_once_);
    if (verdict->difference && shown_ < limit_) {
      ++shown_;
      progress.clear();
      print(seed, *verdict);
    }
    if (seed == traffic_.seeds->last) break;
  }
  return std::nullopt;
}

/// What a scenario says of the profile.
std::string HostileCampaign::settings() const {
  std::string lines = fmt::format("profile {}\n", profile_.profile);
  for (const std::string& setting : profile_.settings) lines += fmt::format("set {}\n", setting);
  return lines;
}

void HostileCampaign::print(std::uint64_t seed, const SeedVerdict& verdict) {
  const std::string where = verdict.number != 0 ? fmt::format("packet {} differs", verdict.number)
                                                : std::string("the tables differ at the end");
  const std::string head =
      fmt::format("{}# --hostile {} --packets {} --mix {}: {}, {}\n", settings(), seed,
                  traffic_.packets, traffic_.mix->name, where, shrinking(verdict));
  append(out_.buffer(), "{}", scenario_of(*verdict.difference, head));
  out_.line_done();
}

void HostileCampaign::print_sums() {
  append(out_.buffer(), "{}, {}: {} compared; {}{}; {:.0f} packets a second",
         quantity(seeds_, "seed", "seeds"), quantity(packets_, "packet", "packets"), compared_,
         differing_ == 0 ? "none differs" : quantity(differing_, "seed differs", "seeds differ"),
         differed_once_text(differed_once_),
         static_cast<double>(packets_) / std::max(took_.count(), 1e-6));
  out_.line_done();
}

}  // namespace statewall
