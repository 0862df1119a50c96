#include "report/rule_text.h"

#include <fmt/format.h>

#include "rules/printer.h"
#include "rules/syntax.h"

namespace statewall {
namespace {

const rules::Chain& chain_of(const rules::Ruleset& ruleset, const RulePlace& place) {
  return ruleset.table(place.table)->chains[place.chain];
}

bool is_policy(const RulePlace& place) { return place.rule == RulePlace::kPolicy; }

}  // namespace

std::string place_text(const rules::Ruleset& ruleset, const RulePlace& place) {
  const std::string& chain = chain_of(ruleset, place).name;
  if (is_policy(place)) return fmt::format("policy of {} {}", name(place.table), chain);
  return fmt::format("{} {} {}", name(place.table), chain, place.rule + 1);
}

std::string rule_text(const rules::Ruleset& ruleset, const RulePlace& place) {
  const rules::Chain& chain = chain_of(ruleset, place);
  if (is_policy(place)) {
    return fmt::format(":{} {}", chain.name, chain.policy_drop ? "DROP" : "ACCEPT");
  }
  std::string text;
  rules::append_rule(text, ruleset, *ruleset.table(place.table), chain, chain.rules[place.rule]);
  return text;
}

std::uint32_t line_of(const rules::Ruleset& ruleset, const RulePlace& place) {
  const rules::Chain& chain = chain_of(ruleset, place);
  return is_policy(place) ? chain.line : chain.rules[place.rule].line;
}

std::string unmet_text(const rules::Ruleset& ruleset, const RulePlace& place, int unmet) {
  switch (unmet) {
    case rules::unmet::kNone: return {};
    case rules::unmet::kSource: return "source";
    case rules::unmet::kDestination: return "destination";
    case rules::unmet::kInterfaceIn: return "in-interface";
    case rules::unmet::kInterfaceOut: return "out-interface";
    case rules::unmet::kProtocol: return "protocol";
    case rules::unmet::kFragment: return "fragment";
    default: break;
  }
  const rules::Rule& rule = chain_of(ruleset, place).rules[place.rule];
  const rules::Match& match = rule.matches[static_cast<std::size_t>(unmet)];
  const rules::MatchSyntax* syntax = rules::syntax_of(match, ruleset.family);
  return syntax ? std::string(syntax->name) : "unsupported";
}

std::string visit_text(const Rulesets& rulesets, const DecisionRecord::Visit& visit) {
  const rules::Ruleset& ruleset = *rulesets.of(visit.family);
  const std::string unmet = unmet_text(ruleset, visit.place, visit.unmet);
  return fmt::format("{:<24} {:<17} {}", place_text(ruleset, visit.place),
                     unmet.empty() ? "yes" : "no: " + unmet, rule_text(ruleset, visit.place));
}

}  // namespace statewall
