#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "kernel/kernel_tracker.h"
#include "kernel/router.h"
#include "scenario/machine.h"

namespace statewall {

/// This machine's own kernel, on which a scenario is played in real time: its conntrack alone, or,
/// if the scenario has rules, a router with these rules in its iptables. It tells no reasons, no
/// rules, no events, and of its table only how many entries there are. Linux only, and only for
/// root.
class KernelMachine : public Machine {
 public:
  /// Why the kernel cannot play a scenario; empty if it can.
  static std::string why_not(const Scenario& scenario);

  /// `scenario` must outlive it. An Error says what this machine lacks, or what iptables-restore
  /// refuses. REQUIRES: why_not(scenario) is empty.
  static Result<std::unique_ptr<KernelMachine>> create(const Scenario& scenario);

  /// What the scenario sets and no namespace of this kernel has a setting for; empty: nothing.
  const std::string& beyond() const { return beyond_; }

  std::optional<Error> advance(Nanoseconds time, Happenings& happened) override;
  Result<Outcome> send(const PacketStep& step, const PacketBytes& whole,
                       Happenings& happened) override;
  Result<std::vector<std::string>> table() override;
  bool tells_all() const override { return false; }

 private:
  using Clock = std::chrono::steady_clock;

  explicit KernelMachine(const Scenario& scenario);

  Result<Outcome> track(const PacketStep& step, const PacketBytes& bytes);
  Result<Outcome> route(const PacketStep& step, const PacketBytes& bytes, Happenings& happened);

  const Scenario& scenario_;
  rules::Topology topology_;
  std::optional<KernelTracker> tracker_;  ///< one of the two
  std::optional<KernelRouter> router_;
  std::string beyond_;
  std::uint32_t frames_ = 0;
  Clock::time_point start_;
};

}  // namespace statewall
