#include "rules/table_builder.h"

#include <algorithm>
#include <utility>

#include "rules/chain_graph.h"
#include "rules/insertions.h"
#include "rules/syntax.h"

namespace statewall::rules {
namespace {

constexpr std::uint32_t kNone = 0xffffffff;
constexpr std::size_t kLongestChainName = 28;
constexpr std::size_t kMostGuesses = 1000;  // chains that a mistyped name is compared with

// Targets that have no extension, so that no chain can have their names either.
constexpr std::string_view kNoChain[] = {"ACCEPT", "DROP", "QUEUE", "RETURN"};

std::string_view complaint_about_name(std::string_view name, Family family) {
  if (name.size() > kLongestChainName) return "the name of a chain has at most 28 bytes";
  if (name.starts_with('-') || name.starts_with('!')) {
    return "the name of a chain must not begin with '-' or '!'";
  }
  const bool control =
      std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (control || name.find('"') != name.npos) return "the name of a chain is made of plain letters";
  const bool target = std::ranges::find(kNoChain, name) != std::end(kNoChain) ||
                      find_target(name, family) || is_unsupported_target(name);
  if (target) return "a chain must not have the name of a target";
  return {};
}

std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (; number > 1; --number) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

}  // namespace

TableBuilder::TableBuilder(Family family, TableKind kind, std::string_view text,
                           Complaints& complaints, std::size_t& extra_rules)
    : family_(family), text_(text), complaints_(complaints), extra_rules_(extra_rules) {
  table_.kind = kind;
  for (int i = 0; i < kHooks; ++i) {
    const auto hook = static_cast<Hook>(i);
    if (!has_hook(kind, hook)) continue;
    const auto index = static_cast<std::uint32_t>(table_.chains.size());
    table_.at_hook[static_cast<std::size_t>(i)] = static_cast<int>(index);
    by_name_.emplace(name(hook), index);
    table_.chains.emplace_back().name = name(hook);
    table_.chains.back().hook = hook;
  }
  growth_.resize(table_.chains.size());
}

std::uint32_t TableBuilder::index_of(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found != by_name_.end() ? found->second : kNone;
}

bool TableBuilder::declare(std::string_view name, std::string_view policy, const Place& name_place,
                           const Place& policy_place) {
  const std::uint32_t index = index_of(name);
  if (index == kNone) return new_chain(name, name_place);
  Chain& chain = table_.chains[index];
  if (chain.line != 0) return complaints_.add(name_place, "the chain is declared twice");
  chain.line = name_place.line;
  if (!chain.hook) return true;
  return set_policy(index, policy, policy_place);
}

bool TableBuilder::new_chain(std::string_view name, const Place& place) {
  if (index_of(name) != kNone) return complaints_.add(place, "there is such a chain already");
  const std::string_view complaint = complaint_about_name(name, family_);
  if (!complaint.empty()) return complaints_.add(place, complaint);
  by_name_.emplace(name, static_cast<std::uint32_t>(table_.chains.size()));
  table_.chains.emplace_back().name = name;
  table_.chains.back().line = place.line;
  growth_.emplace_back();
  return true;
}

bool TableBuilder::set_policy(std::uint32_t chain, std::string_view policy, const Place& place) {
  if (policy != "ACCEPT" && policy != "DROP" && policy != "-") {
    return complaints_.add(place, "the policy of a built-in chain is ACCEPT or DROP");
  }
  table_.chains[chain].policy_drop = policy == "DROP";
  return true;
}

bool TableBuilder::set_policy(const RuleLine& line, const WordReader& words) {
  const std::uint32_t index = index_of(line.chain.text);
  if (index == kNone || !table_.chains[index].hook) {
    return words.fail(line.chain, "only a built-in chain has a policy");
  }
  Chain& chain = table_.chains[index];
  if (chain.line == 0) chain.line = words.place_of(line.chain).line;
  return set_policy(index, line.policy.text, words.place_of(line.policy));
}

void TableBuilder::set_counters(std::string_view chain, RuleCounters counters) {
  const std::uint32_t index = index_of(chain);
  if (index != kNone && table_.chains[index].hook) table_.chains[index].counters = counters;
}

bool TableBuilder::add(const RuleLine& line, const WordReader& words) {
  using Command = RuleLine::Command;
  if (line.command == Command::new_chain) {
    return new_chain(line.chain.text, words.place_of(line.chain));
  }
  if (line.command == Command::policy) return set_policy(line, words);
  const std::uint32_t chain = index_of(line.chain.text);
  if (chain == kNone) return no_such_chain(line.chain, false, words);
  return add_rules(line, chain, words);
}

bool TableBuilder::add_rules(const RuleLine& line, std::uint32_t chain, const WordReader& words) {
  Rule rule = line.rule;
  if (!resolve(line, rule, words)) return false;
  std::vector<Network> sources = line.sources, destinations = line.destinations;
  if (sources.empty()) sources.emplace_back();
  if (destinations.empty()) destinations.emplace_back();

  extra_rules_ += sources.size() * destinations.size() - 1;
  if (extra_rules_ > kMostExtraRules) {
    return words.fail(line.chain, "more than 100,000 rules are made of lists of addresses");
  }
  for (const Network& source : sources) {
    for (const Network& destination : destinations) {
      rule.source = source;
      rule.destination = destination;
      if (!add_rule(line, chain, rule)) {
        return words.fail(line.chain, "the number of the rule is greater than that of the next");
      }
    }
  }
  return true;
}

bool TableBuilder::add_rule(const RuleLine& line, std::uint32_t chain, Rule rule) {
  auto& rules = table_.chains[chain].rules;
  Growth& growth = growth_[chain];
  const bool insert = line.command == RuleLine::Command::insert;
  if (insert && line.position > rules.size() + 1) return false;
  if (insert && !growth.inserted) {
    growth.inserted = true;
    growth.positions.resize(rules.size());
    for (std::uint32_t i = 0; i < rules.size(); ++i) growth.positions[i] = i;
  }
  if (growth.inserted) {
    growth.positions.push_back(insert ? line.position - 1
                                      : static_cast<std::uint32_t>(rules.size()));
  }
  rules.push_back(std::move(rule));
  growth.hooks.push_back(line.hooks);
  return true;
}

bool TableBuilder::resolve(const RuleLine& line, Rule& rule, const WordReader& words) const {
  if (!line.jump) return true;
  auto* jump = std::get_if<JumpTarget>(&rule.target);
  jump->chain = index_of(line.jump->text);
  if (jump->chain == kNone) return no_such_chain(*line.jump, !jump->is_goto, words);
  if (!table_.chains[jump->chain].hook) return true;
  return words.fail(*line.jump, "a built-in chain cannot be jumped to");
}

bool TableBuilder::no_such_chain(const Word& name, bool or_target, const WordReader& words) const {
  std::vector<std::string_view> known;
  if (or_target) known = target_names(family_);
  for (const Chain& chain : table_.chains) {
    if (known.size() == kMostGuesses) break;
    known.push_back(chain.name);
  }
  const std::string message = unknown(or_target ? "chain or target" : "chain", name.text, known);
  return words.fail(name, message + (message.ends_with('?') ? "" : " (a chain is declared first)"));
}

Table TableBuilder::finish() {
  put_in_order();
  check();
  return std::move(table_);
}

void TableBuilder::put_in_order() {
  for (std::size_t i = 0; i < growth_.size(); ++i) {
    if (!growth_[i].inserted) continue;
    const std::vector<std::uint32_t> places = places_of_insertions(growth_[i].positions);
    std::vector<Rule> rules(places.size());
    std::vector<std::uint8_t> hooks(places.size());
    for (std::size_t j = 0; j < places.size(); ++j) {
      rules[places[j]] = std::move(table_.chains[i].rules[j]);
      hooks[places[j]] = growth_[i].hooks[j];
    }
    table_.chains[i].rules = std::move(rules);
    growth_[i].hooks = std::move(hooks);
  }
}

void TableBuilder::check() {
  const ChainGraph graph = graph_of(table_);
  const auto line = [this](RuleIndex at) { return table_.chains[at.chain].rules[at.rule].line; };
  for (const RuleIndex at : graph.loops) {
    complain(line(at), "the jump makes a loop: a packet could come round to this chain");
  }
  for (const RuleIndex at : graph.too_deep) {
    complain(line(at), "the jump leads too deep: a packet may be in 16 chains at once");
  }
  for (std::uint32_t i = 0; i < table_.chains.size(); ++i) {
    for (std::uint32_t j = 0; j < table_.chains[i].rules.size(); ++j) {
      if ((graph.hooks[i] & ~growth_[i].hooks[j]) == 0) continue;
      complain(line({i, j}),
               "a match or the target cannot be used where this chain is reached from");
    }
  }
}

bool TableBuilder::complain(std::uint32_t line, std::string_view message) {
  if (complaints_.full()) return complaints_.add({line, {}, 1, 1}, message);
  const std::string_view text = line_of(text_, line);
  return complaints_.add({line, text, 1, static_cast<std::uint32_t>(text.size())}, message);
}

}  // namespace statewall::rules
