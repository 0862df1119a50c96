#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/router.h"
#include "statewall/profile.h"
#include "statewall/result.h"
#include "verify/clock.h"
#include "verify/crossing.h"
#include "verify/our_router.h"
#include "verify/passage_comparison.h"
#include "verify/table_comparison.h"

namespace statewall {

struct RulesetVerifierConfig {
  RouterPlan plan;
  RuleTexts rules;
  Profile profile = linux_6();
  /// Switches of the profile that the kernel is to have, too, by name.
  std::vector<std::string> settings = {};
  OurClock clock = real_time;
};

/// A rule or a policy that counted differently.
struct CounterDifference {
  std::string rule;
  rules::RuleCounters ours, kernels;
};

/// A ruleset before our firewall and before the kernel's own iptables, which are shown the same
/// packets at the same time. In both no connection ends by itself.
class RulesetVerifier {
 public:
  static Result<RulesetVerifier> create(const RulesetVerifierConfig& config);

  /// Both forget all that they were shown, and count from zero.
  std::optional<Error> begin_anew();

  struct Shown {
    bool compared = false;
    std::string_view left_out = {};  ///< why it was not
    std::vector<PassageDifference> differences = {};
  };
  /// Shows both an IP packet. Those that cannot be compared neither of them sees.
  Result<Shown> pass(std::span<const std::uint8_t> packet, Family family);

  /// What became of the packet that was compared last.
  const RouterPassage& ours_saw() const { return our_passage_; }
  const RouterPassage& kernels_saw() const { return kernels_passage_; }
  const KernelRouter& kernels() const { return *kernels_; }
  std::string deciding_rule() const { return ours_->deciding_rule(); }

  /// Rules and policies of both families, and how many of them were compared.
  Result<std::vector<CounterDifference>> compare_counters(std::uint64_t& compared);
  Result<TableDifference> compare_tables();

 private:
  RulesetVerifier(RulesetVerifierConfig config, OurRouter ours, KernelRouter kernels)
      : config_(std::move(config)),
        crossings_(config_.plan),
        ours_(std::move(ours)),
        kernels_(std::move(kernels)) {}

  static Result<OurRouter> make_ours(const RulesetVerifierConfig& config);
  static Result<KernelRouter> make_kernels(const RulesetVerifierConfig& config,
                                           const OurRouter& ours);

  RulesetVerifierConfig config_;
  Crossings crossings_;
  std::optional<OurRouter> ours_;
  std::optional<KernelRouter> kernels_;
  RouterPassage our_passage_, kernels_passage_;
};

}  // namespace statewall
