#include "tests/model/slow_evaluator.h"

#include <cstddef>
#include <string_view>
#include <variant>

#include "rules/effects.h"
#include "rules/matching.h"

namespace statewall::model {
namespace {

using namespace rules;

bool in(const Address& address, const Network& network) {
  if (network.mask == Address{} && !network.inverted) return true;
  bool equal = true;
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const std::uint8_t mask = network.mask.bytes[i];
    equal = equal && (address.bytes[i] & mask) == (network.address.bytes[i] & mask);
  }
  return equal != network.inverted;
}

bool at(std::string_view interface, const InterfaceCondition& condition) {
  if (!condition.given()) return true;
  const bool equal = condition.prefix ? interface.substr(0, condition.name.size()) == condition.name
                                      : interface == condition.name;
  return equal != condition.inverted;
}

bool header_meets(const Rule& rule, const Subject& subject) {
  const Headers& headers = subject.headers();
  if (!in(headers.source, rule.source) || !in(headers.destination, rule.destination)) return false;
  if (!at(subject.in, rule.in) || !at(subject.out, rule.out)) return false;
  if (rule.protocol != 0 || rule.protocol_inverted) {
    // Of a packet whose headers end too soon it is not known, and no condition on it holds.
    if (!subject.protocol) return false;
    if ((*subject.protocol == rule.protocol) == rule.protocol_inverted) return false;
  }
  return !rule.fragment || (headers.fragment_offset != 0) != rule.fragment_inverted;
}

bool unsupported(const Rule& rule) {
  for (const Match& match : rule.matches) {
    if (std::holds_alternative<UnsupportedMatch>(match)) return true;
  }
  return std::holds_alternative<UnsupportedTarget>(rule.target);
}

void count(RuleCounters& counters, const Subject& subject) {
  ++counters.packets;
  counters.bytes += subject.length();
}

std::optional<Outcome::Kind> verdict_of(const Target& target) {
  if (std::holds_alternative<AcceptTarget>(target)) return Outcome::Kind::accept;
  if (std::holds_alternative<DropTarget>(target)) return Outcome::Kind::drop;
  if (std::holds_alternative<RejectTarget>(target)) return Outcome::Kind::reject;
  if (std::holds_alternative<NatTarget>(target)) return Outcome::Kind::translate;
  return std::nullopt;
}

}  // namespace

SlowEvaluator::SlowEvaluator(const Ruleset& ruleset) : ruleset_(ruleset) {
  SharedMemory shared{lists_, hashlimits_, hash_};
  for (const Table& table : ruleset.tables) {
    for (const Chain& chain : table.chains) {
      for (const Rule& rule : chain.rules) {
        for (const Match& match : rule.matches) {
          memories_.emplace(&match, make_memory(match, shared, 1));
        }
      }
    }
  }
}

Outcome SlowEvaluator::run(TableKind kind, Subject& subject, Lookup* lookup) {
  const Table* table = ruleset_.table(kind);
  const int base = table ? table->at_hook[static_cast<std::size_t>(subject.hook)] : -1;
  if (base < 0) return {};
  Walk way{*table, subject, lookup};
  const auto chain = static_cast<std::uint32_t>(base);
  if (auto decided = walk(way, chain)) {
    decided->uncertain = way.uncertain;
    return *decided;
  }
  const RulePlace policy{kind, chain, RulePlace::kPolicy};
  count(counter(policy), subject);
  const bool drop = table->chains[chain].policy_drop;
  return {drop ? Outcome::Kind::drop : Outcome::Kind::accept, true, policy, nullptr, way.uncertain};
}

std::optional<Outcome> SlowEvaluator::walk(Walk& way, std::uint32_t chain) {
  const std::vector<Rule>& rules = way.table.chains[chain].rules;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    const RulePlace place{way.table.kind, chain, i};
    const Met met = meets(rule, way.subject);
    if (met == Met::drop) return Outcome{Outcome::Kind::drop, true, place, &rule.target, false};
    if (met == Met::no) continue;
    if (unsupported(rule)) {
      if (!std::holds_alternative<NoTarget>(rule.target)) way.uncertain = true;
      continue;
    }
    count(counter(place), way.subject);
    if (const auto verdict = verdict_of(rule.target)) {
      return Outcome{*verdict, true, place, &rule.target, false};
    }
    if (std::holds_alternative<ReturnTarget>(rule.target)) return std::nullopt;
    if (const auto* jump = std::get_if<JumpTarget>(&rule.target)) {
      const auto decided = walk(way, jump->chain);
      if (decided || jump->is_goto) return decided;
    } else if (!apply(rule.target, way.subject, way.lookup)) {
      way.uncertain = true;
    }
  }
  return std::nullopt;
}

SlowEvaluator::Met SlowEvaluator::meets(const Rule& rule, const Subject& subject) {
  if (!header_meets(rule, subject)) return Met::no;
  for (const Match& match : rule.matches) {
    if (std::holds_alternative<UnsupportedMatch>(match)) continue;
    const Matching result = test(match, subject, memories_.at(&match));
    if (result != Matching::yes) return result == Matching::drop ? Met::drop : Met::no;
  }
  return Met::yes;
}

RuleCounters& SlowEvaluator::counter(const RulePlace& place) {
  return counters_[{place.table, place.chain, place.rule}];
}

RuleCounters SlowEvaluator::counters(const RulePlace& place) const {
  const auto found = counters_.find({place.table, place.chain, place.rule});
  return found == counters_.end() ? RuleCounters{} : found->second;
}

}  // namespace statewall::model
