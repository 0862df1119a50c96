#include "scenario/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "replay/second_opinion.h"
#include "replay/world.h"
#include "report/reason_text.h"
#include "report/table_text.h"
#include "scenario/expectation.h"
#include "scenario/packet_maker.h"

namespace statewall {
namespace {

// A scenario opens no more connections than it sends packets. A table for so many behaves as the
// profile's, and is made in no time.
WorldConfig world_config(const Scenario& scenario, const Profile& by) {
  constexpr std::uint32_t kFewBuckets = 1024;
  WorldConfig config;
  config.profile = by;
  Profile& profile = config.profile;
  profile.max = std::min(profile.max, scenario.packets + 1);
  profile.buckets = std::min(profile.buckets, scenario.packets + kFewBuckets);
  return config;
}

std::string event_text(const Event& event) {
  const std::string_view cause = name(event.cause);
  return fmt::format("{}{}{} conn {}", name(event.kind), cause.empty() ? "" : " ", cause,
                     event.connection.id.number);
}

class Run {
 public:
  /// `beside` may be null.
  Run(const Scenario& scenario, World& world, SecondOpinion* beside)
      : scenario_(scenario), world_(world), beside_(beside) {}

  RunResult run() {
    for (const Step& step : scenario_.steps) {
      step_ = &step;
      const auto* packet = std::get_if<PacketStep>(&step.what);
      if (packet != nullptr) events_.clear();  // what a check behind it may name begins here
      world_.advance(step.time, [this](const Event& event) { events_.push_back(event); });
      std::visit([this](const auto& what) { check(what); }, step.what);
    }
    if (beside_ != nullptr) {
      result_.compared = beside_->packets();
      result_.otherwise = beside_->otherwise();
    }
    return std::move(result_);
  }

 private:
  void check(const PacketStep& step) {
    while (sent_.size() + 1 < step.number) sent_.emplace_back();
    sent_.push_back(make_packet(step.packet, sent_));
    // Of a packet in fragments the last one counts, which completes it.
    Packet packet;
    World::Passage passage;
    for (const PacketBytes& bytes : parts_sent(step.packet, sent_.back())) {
      packet = read_ip(bytes);
      passage = world_.pass(packet, bytes, !step.drop);
      world_.take_events([this](const Event& event) { events_.push_back(event); });
      if (beside_ == nullptr) continue;
      beside_->packet(step_->time, packet, bytes, passage.observation.state, !step.drop);
    }
    const Observation& observation = passage.observation;

    const Outcome outcome{observation, passage.passed};
    for (const Expectation& expectation : step.expectations) {
      const std::uint64_t got = expectation.key->got(outcome);
      expect(got == expectation.value, [&] {
        return Failure{0,
                       fmt::format("packet {} ({})", step.number, step.summary),
                       fmt::format("{} {}", expectation.key->name,
                                   value_text(*expectation.key, expectation.value)),
                       value_text(*expectation.key, got),
                       reason_text(passage.tracked ? *passage.tracked : packet, observation),
                       {}};
      });
    }
  }

  void check(const TableCheck& step) {
    const std::vector<std::string> lines = table_lines();
    expect(lines.size() == step.entries, [&] {
      return Failure{0, "table", entries(step.entries), entries(lines.size()), {}, lines};
    });
  }

  void check(const EntryCheck& step) {
    const std::vector<std::string> lines = table_lines();
    expect(std::ranges::find(lines, step.line) != lines.end(), [&] {
      return Failure{0,  "table", fmt::format("entry \"{}\"", step.line), entries(lines.size()),
                     {}, lines};
    });
  }

  void check(const EventCheck& step) {
    if (!step.kind) {
      expect(events_.empty(), [&] { return event_failure("no other event"); });
      return;
    }
    const auto found = std::ranges::find_if(events_, [&](const Event& event) {
      return event.kind == *step.kind && event.connection.id.number == step.connection &&
             (step.cause == DestroyCause::none || event.cause == step.cause);
    });
    expect(found != events_.end(), [&] {
      Event wanted;
      wanted.kind = *step.kind;
      wanted.cause = step.cause;
      wanted.connection.id.number = step.connection;
      return event_failure(event_text(wanted));
    });
    // Each event is named once.
    if (found != events_.end()) events_.erase(found);
  }

  Failure event_failure(std::string expected) const {
    std::vector<std::string> lines;
    for (const Event& event : events_) lines.push_back(event_text(event));
    return {0, "event", std::move(expected), lines.empty() ? "none" : "others", {}, lines};
  }

  static std::string entries(std::size_t count) {
    if (count == 0) return "no entry";
    return fmt::format("{} {}", count, count == 1 ? "entry" : "entries");
  }

  // `failure` makes the text only where it is needed.
  template <typename Make>
  void expect(bool met, const Make& failure) {
    ++result_.checked;
    if (met) return;
    result_.failures.push_back(failure());
    result_.failures.back().line = step_->line;
  }

  std::vector<std::string> table_lines() const {
    const auto format = static_cast<TableFormat>(scenario_.profile.table_format);
    std::vector<std::string> lines;
    for (const Connection& connection : world_.connections()) {
      std::string line = table_line(connection, step_->time, format);
      line.resize(line.find_last_not_of(' ') + 1);
      lines.push_back(std::move(line));
    }
    return lines;
  }

  const Scenario& scenario_;
  World& world_;
  SecondOpinion* beside_;
  const Step* step_ = nullptr;
  std::vector<PacketBytes> sent_;
  std::vector<Event> events_;  // since the last packet came in, those named by checks left out
  RunResult result_;
};

}  // namespace

std::string Failure::text() const {
  std::string out = fmt::format("{}: expected {}, got {}", subject, expected, got);
  if (!because.empty()) out += fmt::format(" ({})", because);
  for (const std::string& detail : details) out += "\n    " + detail;
  return out;
}

Result<RunResult> run_scenario(const Scenario& scenario, const Profile* beside) {
  const auto world = World::create(world_config(scenario, scenario.profile));
  if (!world) return world.error();
  if (beside == nullptr) return Run(scenario, **world, nullptr).run();
  auto opinion = SecondOpinion::create(world_config(scenario, *beside));
  if (!opinion) return opinion.error();
  return Run(scenario, **world, &*opinion).run();
}

}  // namespace statewall
