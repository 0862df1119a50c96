#include "rules/printer.h"

#include <algorithm>
#include <vector>

#include "rules/protocol_names.h"
#include "rules/syntax.h"
#include "rules/writing.h"

namespace statewall::rules {
namespace {

// iptables-save's.
constexpr TableKind kOrder[] = {TableKind::mangle, TableKind::raw, TableKind::filter,
                                TableKind::nat};

void append_counters(std::string& out, RuleCounters counters) {
  out += '[';
  append_number(out, counters.packets);
  out += ':';
  append_number(out, counters.bytes);
  out += ']';
}

void print_network(RuleWriter& out, std::string_view option, const Network& network) {
  if (network.mask == Address{} && !network.inverted) return;
  if (network.inverted) out.word("!");
  out.word(option).network(network);
}

void print_interface(RuleWriter& out, std::string_view option, const InterfaceCondition& name) {
  if (!name.given()) return;
  if (name.inverted) out.word("!");
  out.word(option).word(name.name);
  if (name.prefix) out.text() += '+';
}

void print_head(RuleWriter& out, const Rule& rule) {
  print_network(out, "-s", rule.source);
  print_network(out, "-d", rule.destination);
  print_interface(out, "-i", rule.in);
  print_interface(out, "-o", rule.out);
  if (rule.protocol != 0) {
    if (rule.protocol_inverted) out.word("!");
    out.word("-p");
    const std::string_view name = protocol_name(rule.protocol);
    if (name.empty()) {
      out.number(rule.protocol);
    } else {
      out.word(name);
    }
  }
  if (rule.fragment) out.word(rule.fragment_inverted ? "! -f" : "-f");
}

void print_match(RuleWriter& out, const Match& match) {
  if (const auto* unsupported = std::get_if<UnsupportedMatch>(&match)) {
    out.word(unsupported->words);
    return;
  }
  const auto* syntax = syntax_of(match, out.family());
  if (!syntax) return;
  out.word("-m").word(syntax->name);
  if (syntax->print) syntax->print(out, match);
}

void print_target(RuleWriter& out, const Table& table, const Target& target) {
  if (const auto* jump = std::get_if<JumpTarget>(&target)) {
    out.word(jump->is_goto ? "-g" : "-j").word(table.chains[jump->chain].name);
    return;
  }
  if (const auto* unsupported = std::get_if<UnsupportedTarget>(&target)) {
    out.word(unsupported->words);
    return;
  }
  const auto* syntax = syntax_of(target, out.family());
  if (!syntax) return;
  out.word("-j").word(syntax->name);
  if (syntax->print) syntax->print(out, target);
}

/// Built-in chains first, in the order of their hooks; then the others, by name.
std::vector<const Chain*> in_order(const Table& table) {
  std::vector<const Chain*> chains;
  for (const Chain& chain : table.chains) chains.push_back(&chain);
  std::ranges::stable_sort(chains, [](const Chain* a, const Chain* b) {
    if (a->hook && b->hook) return *a->hook < *b->hook;
    return a->hook || b->hook ? a->hook.has_value() : a->name < b->name;
  });
  return chains;
}

/// A table that says nothing at all is not printed, since the kernel has none then.
bool says_something(const Table& table) {
  return std::ranges::any_of(
      table.chains, [](const Chain& chain) { return chain.line != 0 || !chain.rules.empty(); });
}

void append_table(std::string& out, const Ruleset& ruleset, const Table& table, bool counters) {
  if (!says_something(table)) return;
  const std::vector<const Chain*> chains = in_order(table);
  out.append("*").append(name(table.kind)).append("\n");
  for (const Chain* chain : chains) {
    out.append(":").append(chain->name);
    out += !chain->hook ? " - " : chain->policy_drop ? " DROP " : " ACCEPT ";
    append_counters(out, counters ? chain->counters : RuleCounters{});
    out += '\n';
  }
  for (const Chain* chain : chains) {
    for (const Rule& rule : chain->rules) {
      if (counters) {
        append_counters(out, rule.counters.value_or(RuleCounters{}));
        out += ' ';
      }
      append_rule(out, ruleset, table, *chain, rule);
      out += '\n';
    }
  }
  out += "COMMIT\n";
}

}  // namespace

void append_ruleset(std::string& out, const Ruleset& ruleset, bool counters) {
  for (const TableKind kind : kOrder) {
    if (const Table* table = ruleset.table(kind)) append_table(out, ruleset, *table, counters);
  }
}

void append_rule(std::string& out, const Ruleset& ruleset, const Table& table, const Chain& chain,
                 const Rule& rule) {
  RuleWriter writer(out, ruleset.family);
  out.append("-A ").append(chain.name);
  print_head(writer, rule);
  for (const Match& match : rule.matches) print_match(writer, match);
  print_target(writer, table, rule.target);
}

}  // namespace statewall::rules
