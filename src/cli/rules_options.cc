#include "cli/rules_options.h"

#include "cli/command.h"
#include "cli/topology_file.h"
#include "replay/rules_file.h"
#include "report/choice.h"
#include "rules/each_place.h"

namespace statewall {
namespace {

constexpr Choice<bool> kUnsupported[] = {{"error", false}, {"skip", true}};
constexpr const char* kGroup = "By which rules";

/// Loads one ruleset; its errors are told, all of them.
std::optional<Error> load_into(std::optional<rules::Ruleset>& ruleset, const std::string& file,
                               const rules::LoadOptions& options) {
  if (file.empty()) return std::nullopt;
  rules::Loaded loaded = load_rules_file(file, options);
  ruleset = std::move(loaded.ruleset);
  if (loaded.errors.empty()) return std::nullopt;
  for (std::size_t i = 0; i + 1 < loaded.errors.size(); ++i) fail(loaded.errors[i]);
  return loaded.errors.back();
}

std::optional<Error> resolve_topology(const RulesOptions& options, rules::Topology& topology) {
  if (!options.topology.empty()) {
    if (auto error = load_topology_file(options.topology, topology)) return error;
  }
  for (const std::string& text : options.locals) {
    if (auto error = add_local(topology, text, "--local")) return error;
  }
  for (const std::string& text : options.routes) {
    if (auto error = add_route(topology, text, "--route")) return error;
  }
  return std::nullopt;
}

template <typename Visit>
void for_each_counter(rules::Ruleset& ruleset, Visit&& visit) {
  rules::for_each_place(ruleset, [&](rules::Table&, rules::Chain& chain, const RulePlace& place) {
    if (place.rule == RulePlace::kPolicy) return visit(place, chain.counters);
    auto& counters = chain.rules[place.rule].counters;
    if (!counters) counters.emplace();
    visit(place, *counters);
  });
}

}  // namespace

void RulesOptions::add_to(CLI::App& app) {
  const auto option = [&](const char* name, auto& value, const char* type, const char* what) {
    return app.add_option(name, value, what)->type_name(type)->group(kGroup);
  };
  option("--rules", rules, "FILE", "Judge packets by this ruleset, as iptables-save prints it");
  option("--rules6", rules6, "FILE", "IPv6 by this one, as ip6tables-save prints it");
  option("--topology", topology, "FILE", "Addresses and routes of the firewall, from a file");
  option("--local", locals, "ADDRESS", "An address of the firewall: ADDRESS, ADDRESS/LENGTH=IFACE")
      ->allow_extra_args(false);
  option("--route", routes, "PREFIX=IFACE", "What lies behind an interface; default=IFACE")
      ->allow_extra_args(false);
  option("--unsupported", unsupported, "WHAT", "Rules with something not supported: error, skip");
}

void FirewallSetup::add_counters(const Firewall& firewall) {
  for (auto* ruleset : {&ipv4, &ipv6}) {
    if (!*ruleset) continue;
    for_each_counter(**ruleset, [&](const RulePlace& place, rules::RuleCounters& counters) {
      const rules::RuleCounters counted = firewall.counters((*ruleset)->family, place);
      counters.packets += counted.packets;
      counters.bytes += counted.bytes;
    });
  }
}

void FirewallSetup::clear_counters() {
  for (auto* ruleset : {&ipv4, &ipv6}) {
    if (!*ruleset) continue;
    for_each_counter(**ruleset,
                     [](const RulePlace&, rules::RuleCounters& counters) { counters = {}; });
  }
}

Result<FirewallSetup> load(const RulesOptions& options, std::uint64_t seed) {
  FirewallSetup setup;
  setup.seed = seed;
  const auto skip = choose("--unsupported", options.unsupported, kUnsupported);
  if (!skip) return skip.error();
  if (auto error = resolve_topology(options, setup.topology)) return std::move(*error);
  const auto ipv4 = load_into(setup.ipv4, options.rules, {Family::ipv4, *skip});
  const auto ipv6 = load_into(setup.ipv6, options.rules6, {Family::ipv6, *skip});
  if (ipv4) {
    if (ipv6) fail(*ipv6);
    return *ipv4;
  }
  if (ipv6) return *ipv6;
  return setup;
}

}  // namespace statewall
