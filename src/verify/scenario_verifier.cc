#include "verify/scenario_verifier.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>
#include <variant>

#include "kernel/kernel_tracker.h"
#include "replay/world.h"
#include "scenario/expectation.h"
#include "scenario/packet_maker.h"
#include "verify/scenario_fit.h"
#include "verify/verdict_text.h"

namespace statewall {
namespace {

using Clock = std::chrono::steady_clock;

class Verification {
 public:
  Verification(const Scenario& scenario, World& ours, KernelTracker& kernels)
      : scenario_(scenario), ours_(ours), kernels_(kernels), start_(Clock::now()) {}

  ScenarioVerdict run() {
    for (const Step& step : scenario_.steps) {
      step_ = &step;
      std::this_thread::sleep_until(start_ + std::chrono::nanoseconds(step.time));
      ours_.advance(step.time, [](const Event&) {});
      std::visit([this](const auto& what) { check(what); }, step.what);
      if (result_.error) break;
    }
    return std::move(result_);
  }

 private:
  void check(const PacketStep& step) {
    while (sent_.size() + 1 < step.number) sent_.emplace_back();
    sent_.push_back(make_packet(step.packet, sent_));
    const std::string what = fmt::format("packet {}", step.number);
    // Of a packet in fragments the last one counts, which completes it.
    BothVerdicts seen;
    for (const PacketBytes& bytes : parts_sent(step.packet, sent_.back())) {
      if (!pass(step, bytes, what, seen)) return;
    }
    check(step, seen, what);
  }

  bool pass(const PacketStep& step, const PacketBytes& bytes, const std::string& what,
            BothVerdicts& seen) {
    // Frames are counted, since a packet may be several.
    auto verdict = kernels_.pass({.bytes = bytes, .number = ++frames_, .drop = step.drop});
    if (!verdict) {
      fail(verdict.error());
      return false;
    }
    seen.packet = read_ip(bytes);
    seen.kernels = std::move(*verdict);
    seen.ours = ours_.pass(seen.packet, bytes, !step.drop).observation;
    ours_.take_events([](const Event&) {});
    ++result_.packets;
    if (!seen.agree()) {
      Buffer text;
      append_both_verdicts(text, what, frames_, seen);
      differs(fmt::to_string(text));
    }
    return true;
  }

  void check(const PacketStep& step, const BothVerdicts& seen, const std::string& what) {
    Outcome outcome;
    outcome.state = seen.kernels.state;
    outcome.direction = seen.kernels.direction;
    for (const Expectation& expectation : step.expectations) {
      const auto got = expectation.key->got(outcome);
      if (!got || *got == expectation.value) continue;
      differs(fmt::format("{} ({}): the scenario expects {} {}, the kernel says {}", what,
                          step.summary, expectation.key->name, expectation.value,
                          kernel_verdict_text(seen.kernels, frames_)));
    }
  }

  void check(const TableCheck& step) {
    const auto table = kernels_.table();
    if (!table) return fail(table.error());
    if (table->size() == step.entries) return;
    std::string text = fmt::format("table: the scenario expects {}, the kernel has {}",
                                   step.entries, table->size());
    for (const std::string& line : *table) text += "\n    " + line;
    differs(std::move(text));
  }

  // Seconds and reasons of its own the kernel does not tell, and there are no rules.
  template <typename Check>
  void check(const Check&) {}

  void differs(std::string text) { result_.differences.push_back({step_->line, std::move(text)}); }
  void fail(const Error& error) { result_.error = error; }

  const Scenario& scenario_;
  World& ours_;
  KernelTracker& kernels_;
  const Clock::time_point start_;
  const Step* step_ = nullptr;
  std::uint32_t frames_ = 0;
  std::vector<PacketBytes> sent_;
  ScenarioVerdict result_;
};

ScenarioVerdict failed(Error error) {
  ScenarioVerdict verdict;
  verdict.error = std::move(error);
  return verdict;
}

ScenarioVerdict left_out(std::string why) {
  ScenarioVerdict verdict;
  verdict.left_out = std::move(why);
  return verdict;
}

ScenarioVerdict verify(const Scenario& scenario) {
  if (scenario.has_rules()) {
    return left_out("it has rules: 'statewall test --against kernel' plays it");
  }
  const std::string too_long = waits_too_long(scenario);
  if (!too_long.empty()) return left_out(too_long);
  auto kernels = KernelTracker::create(
      {.raise_timeouts = false, .settings = kernel_settings(scenario.profile, {})});
  if (!kernels) return failed(kernels.error());
  const std::string beyond = beyond_the_kernel(scenario, kernels->unknown_settings());
  if (!beyond.empty()) return left_out(beyond);
  const auto ours = World::create({.profile = scenario.profile});
  if (!ours) return failed(ours.error());
  return Verification(scenario, **ours, *kernels).run();
}

}  // namespace

std::vector<ScenarioVerdict> verify_scenarios(const std::vector<Scenario>& scenarios) {
  std::vector<ScenarioVerdict> verdicts(scenarios.size());
  all_at_once(scenarios.size(), [&](std::size_t i) { verdicts[i] = verify(scenarios[i]); });
  return verdicts;
}

}  // namespace statewall
