#include "rules/program.h"

#include <algorithm>
#include <cstring>

namespace statewall::rules {
namespace {

bool holds(const InterfaceCondition& condition, std::string_view name) {
  const bool equal = condition.prefix ? name.starts_with(condition.name) : name == condition.name;
  return equal != condition.inverted;
}

Action action_of(const Target& target) {
  if (std::holds_alternative<AcceptTarget>(target)) return Action::accept;
  if (std::holds_alternative<DropTarget>(target)) return Action::drop;
  if (std::holds_alternative<RejectTarget>(target)) return Action::reject;
  if (std::holds_alternative<ReturnTarget>(target)) return Action::back;
  if (std::holds_alternative<NatTarget>(target)) return Action::translate;
  if (const auto* jump = std::get_if<JumpTarget>(&target)) {
    return jump->is_goto ? Action::go : Action::jump;
  }
  const bool nothing =
      std::holds_alternative<NoTarget>(target) || std::holds_alternative<UnsupportedTarget>(target);
  return nothing ? Action::next : Action::effect;
}

bool is_unsupported(const Rule& rule) {
  return std::holds_alternative<UnsupportedTarget>(rule.target) ||
         std::ranges::any_of(rule.matches, [](const Match& match) {
           return std::holds_alternative<UnsupportedMatch>(match);
         });
}

void set_addresses(const Rule& rule, Family family, Step& step, Program& program) {
  const auto set = [&](const Network& network, std::uint8_t bit) {
    if (network.inverted) step.inverted |= bit;
  };
  set(rule.source, Step::kSource);
  set(rule.destination, Step::kDestination);
  if (family == Family::ipv6) {
    step.tests |= Step::kWide;
    program.wide.push_back({words(rule.source.address), words(rule.source.mask),
                            words(rule.destination.address), words(rule.destination.mask)});
  } else {
    step.source = word(rule.source.address);
    step.source_mask = word(rule.source.mask);
    step.destination = word(rule.destination.address);
    step.destination_mask = word(rule.destination.mask);
  }
}

Step compile(const Rule& rule, Family family, Program& program) {
  Step step;
  set_addresses(rule, family, step, program);
  if (rule.protocol != 0 || rule.protocol_inverted) step.tests |= Step::kProtocol;
  if (rule.protocol_inverted) step.inverted |= Step::kProtocol;
  if (rule.fragment || rule.fragment_inverted) step.tests |= Step::kFragment;
  if (rule.fragment_inverted) step.inverted |= Step::kFragment;
  if (is_unsupported(rule)) step.tests |= Step::kUnsupported;
  step.protocol = rule.protocol;
  step.in = program.in.add(rule.in);
  step.out = program.out.add(rule.out);
  step.action = action_of(rule.target);
  if (const auto* jump = std::get_if<JumpTarget>(&rule.target)) step.target = jump->chain;
  step.first_match = static_cast<std::uint32_t>(program.matches.size());
  for (std::size_t i = 0; i < rule.matches.size(); ++i) {
    const Match& match = rule.matches[i];
    if (std::holds_alternative<CommentMatch>(match)) continue;
    program.matches.push_back({&match, 0, static_cast<std::int32_t>(i)});
    ++step.matches;
  }
  return step;
}

}  // namespace

std::uint32_t InterfaceTests::add(const InterfaceCondition& condition) {
  if (!condition.given()) return kAny;
  const Key key(condition.name, condition.prefix, condition.inverted);
  const auto next = static_cast<std::uint32_t>(conditions_.size());
  const auto [number, is_new] = numbers_.try_emplace(key, next);
  if (is_new) {
    conditions_.push_back(condition);
    results_.push_back(0);
    name_.reserve(256);
  }
  return number->second;
}

void InterfaceTests::look_at(std::string_view name) {
  if (conditions_.empty() || (looked_ && name == name_)) return;
  looked_ = true;
  name_.assign(name.substr(0, 255));
  for (std::size_t i = 0; i < conditions_.size(); ++i) {
    results_[i] = rules::holds(conditions_[i], name) ? 1 : 0;
  }
}

Program compile(const Table& table, Family family) {
  Program program;
  program.at_hook = table.at_hook;
  for (const Chain& chain : table.chains) {
    const auto first = static_cast<std::uint32_t>(program.steps.size());
    for (const Rule& rule : chain.rules) {
      program.steps.push_back(compile(rule, family, program));
      program.rules.push_back(&rule);
    }
    program.chains.push_back(
        {first, static_cast<std::uint32_t>(program.steps.size()), chain.policy_drop});
  }
  // Each jump goes to another chain, and none comes back to one that it came through.
  program.depth = static_cast<std::uint32_t>(table.chains.size());
  return program;
}

}  // namespace statewall::rules
