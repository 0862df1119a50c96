#include "scenario/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "scenario/expectation.h"
#include "scenario/own_machine.h"
#include "scenario/packet_maker.h"

namespace statewall {
namespace {

std::string event_text(EventKind kind, DestroyCause cause, std::uint64_t connection) {
  const std::string_view why = name(cause);
  return fmt::format("{}{}{} conn {}", name(kind), why.empty() ? "" : " ", why, connection);
}

std::string entries(std::size_t count) {
  if (count == 0) return "no entry";
  return fmt::format("{} {}", count, count == 1 ? "entry" : "entries");
}

class Run {
 public:
  Run(const Scenario& scenario, Machine& machine) : scenario_(scenario), machine_(machine) {}

  Result<RunResult> run() {
    for (const Step& step : scenario_.steps) {
      step_ = &step;
      const bool is_packet = std::get_if<PacketStep>(&step.what) != nullptr;
      if (is_packet) happened_ = {};  // what a check behind it may name begins here
      auto error = machine_.advance(step.time, happened_);
      if (!error) error = std::visit([this](const auto& what) { return check(what); }, step.what);
      if (error) return *error;
    }
    return std::move(result_);
  }

 private:
  std::optional<Error> check(const PacketStep& step) {
    while (sent_.size() + 1 < step.number) sent_.emplace_back();
    sent_.push_back(make_packet(step.packet, sent_));
    const auto outcome = machine_.send(step, sent_.back(), happened_);
    if (!outcome) return outcome.error();
    compare(step.expectations, *outcome, fmt::format("packet {}, {}", step.number, step.summary));
    return std::nullopt;
  }

  void compare(const std::vector<Expectation>& expectations, const Outcome& outcome,
               std::string subject) {
    Failure failure{step_->line, std::move(subject), {}, {outcome.packet}};
    if (!outcome.because.empty()) failure.details.push_back("it " + outcome.because);
    for (const Expectation& expectation : expectations) {
      const auto got = expectation.key->got(outcome);
      ++(got ? result_.checked : result_.untold);
      if (!got || *got == expectation.value) continue;
      failure.parts.push_back({fmt::format("{} {}", expectation.key->name, expectation.value),
                               fmt::format("{} {}", expectation.key->name, *got)});
    }
    if (!failure.parts.empty()) result_.failures.push_back(std::move(failure));
  }

  std::optional<Error> check(const TableCheck& step) {
    const auto lines = machine_.table();
    if (!lines) return lines.error();
    if (!expect(lines->size() == step.entries)) table_failure(entries(step.entries), *lines);
    return std::nullopt;
  }

  std::optional<Error> check(const EntryCheck& step) {
    if (!asked()) return std::nullopt;
    const auto lines = machine_.table();
    if (!lines) return lines.error();
    if (!expect(std::ranges::find(*lines, step.line) != lines->end())) {
      table_failure(fmt::format("entry \"{}\"", step.line), *lines);
    }
    return std::nullopt;
  }

  void table_failure(std::string expected, const std::vector<std::string>& lines) {
    fail("table", std::move(expected), entries(lines.size()), lines);
  }

  std::optional<Error> check(const EventCheck& step) {
    if (!asked()) return std::nullopt;
    std::vector<Event>& events = happened_.events;
    if (!step.kind) {
      if (!expect(events.empty())) event_failure("no other event");
      return std::nullopt;
    }
    const auto found = std::ranges::find_if(events, [&](const Event& event) {
      return event.kind == *step.kind && event.connection.id.number == step.connection &&
             (step.cause == DestroyCause::none || event.cause == step.cause);
    });
    if (expect(found != events.end())) {
      events.erase(found);  // each is named once
    } else {
      event_failure(event_text(*step.kind, step.cause, step.connection));
    }
    return std::nullopt;
  }

  void event_failure(std::string expected) {
    std::vector<std::string> lines;
    for (const Event& event : happened_.events) {
      lines.push_back(event_text(event.kind, event.cause, event.connection.id.number));
    }
    fail("event", std::move(expected), lines.empty() ? "none" : "others", lines);
  }

  // Does the machine tell what this check asks for?
  bool asked() {
    if (machine_.tells_all()) return true;
    ++result_.untold;
    return false;
  }

  bool expect(bool met) {
    ++result_.checked;
    return met;
  }

  void fail(std::string subject, std::string expected, std::string got,
            const std::vector<std::string>& details) {
    result_.failures.push_back(
        {step_->line, std::move(subject), {{std::move(expected), std::move(got)}}, details});
  }

  const Scenario& scenario_;
  Machine& machine_;
  const Step* step_ = nullptr;
  std::vector<PacketBytes> sent_;
  Happenings happened_;
  RunResult result_;
};

}  // namespace

Result<RunResult> run_scenario(const Scenario& scenario, Machine& machine) {
  return Run(scenario, machine).run();
}

Result<RunResult> run_scenario(const Scenario& scenario, const Profile* beside) {
  const auto machine = OwnMachine::create(scenario, beside);
  if (!machine) return machine.error();
  auto result = run_scenario(scenario, **machine);
  if (result && (*machine)->beside()) {
    result->compared = (*machine)->beside()->packets();
    result->otherwise = (*machine)->beside()->otherwise();
  }
  return result;
}

}  // namespace statewall
