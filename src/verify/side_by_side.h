#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/reader.h"
#include "kernel/kernel_tracker.h"
#include "replay/world.h"
#include "statewall/packet.h"
#include "statewall/result.h"
#include "statewall/tracker.h"
#include "verify/clock.h"
#include "verify/table_comparison.h"

namespace statewall {

/// A packet as both see it.
struct BothVerdicts {
  Packet packet;
  Observation ours;
  KernelVerdict kernels;

  /// In state and direction; that is all that rules see.
  bool agree() const { return ours.state == kernels.state && ours.direction == kernels.direction; }
};

/// A tracker of ours and one of the kernel's, which are shown the same frames at the same time. In
/// both no connection ends by itself, but for settings that say so.
class SideBySide {
 public:
  /// `settings` are the switches of the profile that the kernel is to have, too, by name. `clock`
  /// is ours.
  static Result<SideBySide> create(const WorldConfig& config,
                                   const std::vector<std::string>& settings,
                                   OurClock clock = steady_time);

  /// Both forget all they were shown: for the next capture. Connections of ours are numbered on.
  std::optional<Error> begin_anew();

  /// `cut`: the kernel cannot have what the snap length took, so neither is shown the frame.
  /// `not_ip`: there is no IP packet to compare.
  enum class Kind : std::uint8_t { compared, cut, not_ip };
  /// `packet` is what the frame was read as.
  static Kind kind_of(const Frame& frame, const Packet& packet);

  /// Shows a frame to both. REQUIRES: no frame before it has its number.
  Result<Kind> pass(const Frame& frame);

  /// What became of the frame that was compared last.
  const BothVerdicts& seen() const { return seen_; }

  Result<TableDifference> compare_tables();

  const World& ours() const { return *ours_; }
  const KernelTracker& kernels() const { return kernels_; }

 private:
  SideBySide(WorldConfig config, KernelConfig kernel_config, std::unique_ptr<World> ours,
             KernelTracker kernels, OurClock clock)
      : config_(std::move(config)),
        kernel_config_(std::move(kernel_config)),
        ours_(std::move(ours)),
        kernels_(std::move(kernels)),
        clock_(std::move(clock)) {}

  void advance() {
    ours_->advance(clock_(), [](const Event&) {});
  }

  WorldConfig config_;
  KernelConfig kernel_config_;
  std::unique_ptr<World> ours_;
  KernelTracker kernels_;
  OurClock clock_;
  BothVerdicts seen_;
};

/// The profile with every timeout as long as the kernel's are raised to, but for these switches.
Profile with_raised_timeouts(Profile profile, const std::vector<std::string>& except);

/// What the kernel calls a switch, if it has it: "nf_conntrack_tcp_loose".
std::string kernel_setting(const Switch& row);

/// The settings of the kernel that stand for these switches of the profile, by their names; all
/// switches, if there are no names.
std::vector<std::pair<std::string, std::string>> kernel_settings(
    const Profile& profile, const std::vector<std::string>& names);

}  // namespace statewall
