#include "verify/ruleset_verifier.h"

#include <algorithm>
#include <utility>

#include "kernel/failure.h"
#include "rules/loader.h"
#include "rules/printer.h"
#include "verify/side_by_side.h"

namespace statewall {
namespace {

const rules::Chain* find_chain(const rules::Ruleset& ruleset, rules::TableKind kind,
                               std::string_view name) {
  const rules::Table* table = ruleset.table(kind);
  if (!table) return nullptr;
  const auto found = std::ranges::find(table->chains, name, &rules::Chain::name);
  return found == table->chains.end() ? nullptr : &*found;
}

/// Our rules in their order, each beside what the kernel printed of it.
class CounterComparison {
 public:
  CounterComparison(const OurRouter& ours, Family family, const rules::Ruleset& kernels)
      : ours_(ours), family_(family), kernels_(kernels) {}

  void compare(std::vector<CounterDifference>& found, std::uint64_t& compared) {
    const rules::Ruleset& ruleset = *ours_.ruleset(family_);
    for (const rules::Table& table : ruleset.tables) {
      for (std::uint32_t chain = 0; chain < table.chains.size(); ++chain) {
        compare_chain(ruleset, table, chain, found, compared);
      }
    }
  }

 private:
  void compare_chain(const rules::Ruleset& ruleset, const rules::Table& table, std::uint32_t index,
                     std::vector<CounterDifference>& found, std::uint64_t& compared) {
    const rules::Chain& chain = table.chains[index];
    const rules::Chain* theirs = find_chain(kernels_, table.kind, chain.name);
    if (!theirs) return;  // built in, and not declared
    const auto compare_one = [&](std::uint32_t rule, const rules::RuleCounters& expected) {
      const auto counted = ours_.firewall().counters(family_, {table.kind, index, rule});
      ++compared;
      if (counted == expected) return;
      std::string text = "*" + std::string(name(table.kind)) + " ";
      if (rule == RulePlace::kPolicy) {
        text += "policy of " + chain.name;
      } else {
        rules::append_rule(text, ruleset, table, chain, chain.rules[rule]);
      }
      found.push_back({std::move(text), counted, expected});
    };
    const std::size_t most = std::min(chain.rules.size(), theirs->rules.size());
    for (std::uint32_t i = 0; i < most; ++i) {
      compare_one(i, theirs->rules[i].counters.value_or(rules::RuleCounters{}));
    }
    // The kernel does not count at one that was not declared.
    if (chain.hook && chain.line != 0) compare_one(RulePlace::kPolicy, theirs->counters);
  }

  const OurRouter& ours_;
  Family family_;
  const rules::Ruleset& kernels_;
};

}  // namespace

Result<OurRouter> RulesetVerifier::make_ours(const RulesetVerifierConfig& config) {
  WorldConfig world{.profile = with_raised_timeouts(config.profile, config.settings)};
  world.reading.checksums = ChecksumMode::verify;
  return OurRouter::create(config.plan, config.rules, world);
}

Result<KernelRouter> RulesetVerifier::make_kernels(const RulesetVerifierConfig& config,
                                                   const OurRouter& ours) {
  RouterConfig router;
  router.plan = config.plan;
  if (!config.settings.empty()) {
    router.conntrack.settings = kernel_settings(config.profile, config.settings);
  }
  router.rules = config.rules.ipv4;
  router.rules6 = config.rules.ipv6;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const rules::Ruleset* ruleset = ours.ruleset(family);
    if (!ruleset) continue;
    const auto groups = nflog_groups(*ruleset);
    router.nflog_groups.insert(router.nflog_groups.end(), groups.begin(), groups.end());
  }
  return KernelRouter::create(router);
}

Result<RulesetVerifier> RulesetVerifier::create(const RulesetVerifierConfig& config) {
  auto ours = make_ours(config);
  if (!ours) return ours.error();
  auto kernels = make_kernels(config, *ours);
  if (!kernels) return kernels.error();
  return RulesetVerifier(config, std::move(*ours), std::move(*kernels));
}

std::optional<Error> RulesetVerifier::begin_anew() {
  auto ours = make_ours(config_);
  if (!ours) return ours.error();
  ours_.emplace(std::move(*ours));
  const auto empty = kernels_->reset();
  if (!empty) return empty.error();
  if (*empty) return std::nullopt;
  auto kernels = make_kernels(config_, *ours_);
  if (!kernels) return kernels.error();
  kernels_.emplace(std::move(*kernels));
  return std::nullopt;
}

Result<RulesetVerifier::Shown> RulesetVerifier::pass(std::span<const std::uint8_t> packet,
                                                     Family family) {
  const Crossing crossing = crossings_.of(packet, family);
  if (crossing.kind == Crossing::Kind::left_out) return Shown{.left_out = crossing.why};
  ours_->advance(config_.clock());
  const bool sent = crossing.kind == Crossing::Kind::sent;
  auto kernels =
      sent ? kernels_->send(packet, family) : kernels_->pass(crossing.frame, crossing.interface);
  if (!kernels) return kernels.error();
  kernels_passage_ = std::move(*kernels);
  our_passage_ =
      sent ? ours_->send(packet, family) : ours_->pass(crossing.frame, crossing.interface);
  return Shown{.compared = true, .differences = compare_passages(our_passage_, kernels_passage_)};
}

Result<std::vector<CounterDifference>> RulesetVerifier::compare_counters(std::uint64_t& compared) {
  std::vector<CounterDifference> found;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    if (!ours_->ruleset(family)) continue;
    const auto saved = kernels_->saved(family);
    if (!saved) return saved.error();
    const rules::Loaded loaded = rules::load(*saved, "iptables-save", {.family = family});
    if (!loaded.ruleset) return loaded.errors.front();
    CounterComparison(*ours_, family, *loaded.ruleset).compare(found, compared);
  }
  return found;
}

Result<TableDifference> RulesetVerifier::compare_tables() {
  const auto kernels = kernels_->table();
  if (!kernels) return kernels.error();
  return statewall::compare_tables(ours_->world().connections(), *kernels);
}

}  // namespace statewall
