#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/hostile_options.h"
#include "cli/output.h"
#include "cli/profile_options.h"
#include "statewall/result.h"
#include "verify/campaign.h"

namespace statewall {

/// Plays generated traffic seed by seed, and prints what differs.
class HostileCampaign {
 public:
  /// Shows `limit` seeds that differ at most. REQUIRES: all that is taken by reference outlives
  /// this.
  HostileCampaign(const HostileTraffic& traffic, const ProfileOptions& profile, std::size_t limit,
                  Output& out)
      : traffic_(traffic), profile_(profile), limit_(limit), out_(out) {}

  /// An Error is one of this machine. REQUIRES: there are seeds.
  std::optional<Error> run(SideBySide& both);

  bool differs() const { return differing_ != 0; }

  /// "50 seeds, 100000 packets: 99123 compared; none differs; 21000 packets a second".
  void print_sums();

 private:
  void print(std::uint64_t seed, const SeedVerdict& verdict);
  std::string settings() const;

  const HostileTraffic& traffic_;
  const ProfileOptions& profile_;
  const std::size_t limit_;
  Output& out_;
  std::uint64_t seeds_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t compared_ = 0;
  std::uint64_t differing_ = 0;
  std::uint64_t differed_once_ = 0;
  std::uint64_t shown_ = 0;
  std::chrono::duration<double> took_{};
};

}  // namespace statewall
