#include "scenario/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "scenario/expectation.h"
#include "scenario/lexer.h"
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

// Do the words of `words` stand in the line, in this order? Others may stand between them.
bool holds_words(std::string_view line, std::string_view words) {
  const Words looked_for = split_line(words), there = split_line(line);
  auto next = looked_for.words.begin();
  for (const Word& word : there.words) {
    if (next != looked_for.words.end() && word.text == next->text) ++next;
  }
  return next == looked_for.words.end();
}

bool is_answer(const AnswerCheck& wanted, const Packet& packet) {
  const Headers& headers = packet.headers;
  if (wanted.kind == AnswerCheck::Kind::tcp_reset) {
    return headers.protocol == protocol::tcp && (packet.tcp.flags & tcp_flag::rst) != 0;
  }
  const bool six = wanted.kind == AnswerCheck::Kind::icmp6;
  return headers.protocol == (six ? protocol::icmpv6 : protocol::icmp) &&
         headers.icmp_type == wanted.icmp_type && headers.icmp_code == wanted.icmp_code;
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
    const auto& decision = outcome.decision;
    failure.details.insert(failure.details.end(), decision.begin(), decision.end());
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

  std::optional<Error> check(const LogCheck& step) {
    const std::string wanted = step.line.value_or("");
    take_named("log", happened_.log, step.line.has_value(), wanted,
               [&](const std::string& line) { return holds_words(line, wanted); });
    return std::nullopt;
  }

  std::optional<Error> check(const NflogCheck& step) {
    const std::string wanted = step.group ? nflog_text(*step.group, step.prefix) : "";
    take_named("nflog", happened_.nflog, step.group.has_value(), wanted,
               [&](const std::string& got) { return got == wanted; });
    return std::nullopt;
  }

  std::optional<Error> check(const NatCheck& step) {
    if (!asked()) return std::nullopt;
    const std::string wanted = step.text.value_or("");
    take_named("nat", happened_.nat, step.text.has_value(), wanted,
               [&](const std::string& got) { return got == wanted; });
    return std::nullopt;
  }

  // Takes what the check names out of the list, once; without a name nothing may be left.
  template <typename Matches>
  void take_named(std::string_view what, std::vector<std::string>& list, bool named,
                  const std::string& wanted, const Matches& matches) {
    const std::string got = list.empty() ? "none" : "others";
    if (!named) {
      if (!expect(list.empty())) fail(std::string(what), "no other", got, list);
      return;
    }
    const auto found = std::ranges::find_if(list, matches);
    if (expect(found != list.end())) {
      list.erase(found);
    } else {
      fail(std::string(what), fmt::format("\"{}\"", wanted), got, list);
    }
  }

  std::optional<Error> check(const AnswerCheck& step) {
    std::vector<FirewallAnswer>& answers = happened_.answers;
    const bool none = step.kind == AnswerCheck::Kind::none;
    const auto found = std::ranges::find_if(answers, [&](const FirewallAnswer& answer) {
      return answer.bytes.empty() || is_answer(step, read_ip(answer.bytes));
    });
    if (!expect(none ? answers.empty() : found != answers.end())) {
      std::vector<std::string> packets;
      for (const FirewallAnswer& answer : answers) packets.push_back(answer.outcome.packet);
      fail("reject", none ? "no other" : step.words, answers.empty() ? "none" : "others", packets);
      return std::nullopt;
    }
    if (none) return std::nullopt;
    compare(step.expectations, found->outcome, fmt::format("reject {}", step.words));
    answers.erase(found);
    return std::nullopt;
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
