#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/output.h"
#include "replay/rules_file.h"
#include "report/choice.h"
#include "rules/advice.h"
#include "rules/printer.h"

// `statewall rules FILE`: reads a ruleset and prints its normal form, or checks it.

namespace statewall {
namespace {

constexpr Choice<bool> kUnsupported[] = {{"error", false}, {"skip", true}};

struct Arguments {
  std::string file;
  bool check = false;
  bool counters = false;
  bool ipv6 = false;
  std::string unsupported = "error";
};

std::string size_text(const rules::Ruleset& ruleset) {
  std::size_t chains = 0, count = 0;
  for (const rules::Table& table : ruleset.tables) {
    chains += table.chains.size();
    for (const rules::Chain& chain : table.chains) count += chain.rules.size();
  }
  return fmt::format("{} tables, {} chains, {} rules", ruleset.tables.size(), chains, count);
}

int print(const rules::Ruleset& ruleset, bool counters) {
  std::string text;
  rules::append_ruleset(text, ruleset, counters);
  if (text.ends_with('\n')) text.pop_back();
  Output out;
  if (!text.empty()) {
    out.buffer().append(text);
    out.line_done();
  }
  return out.finish(kExitSuccess);
}

int check(const rules::Ruleset& ruleset, const std::string& file) {
  const auto advice = rules::advise(ruleset);
  Output out;
  for (const rules::Advice& each : advice) {
    append(out.buffer(), "{}:", file);
    if (each.line != 0) append(out.buffer(), "{}:", each.line);
    append(out.buffer(), " {}", each.message);
    out.line_done();
  }
  out.flush();
  say(fmt::format("{}: {}, {} warning{}", file, size_text(ruleset), advice.size(),
                  advice.size() == 1 ? "" : "s"));
  return out.finish(advice.empty() ? kExitSuccess : kExitFindings);
}

int run(const Arguments& arguments) {
  const auto skip = choose("--unsupported", arguments.unsupported, kUnsupported);
  if (!skip) return fail(skip.error());
  if (arguments.check && arguments.counters) {
    return fail({ErrorKind::usage, "", "--check prints no ruleset, and so no --counters"});
  }
  const auto family = arguments.ipv6 ? Family::ipv6 : Family::ipv4;
  const rules::Loaded loaded = load_rules_file(arguments.file, {family, *skip});
  int exit_code = kExitSuccess;
  for (const Error& error : loaded.errors) exit_code = graver(exit_code, fail(error));
  if (!loaded.ruleset) return exit_code;
  if (loaded.ruleset->skipped != 0) {
    say(fmt::format("{} of the rules have something that is not supported; they never match",
                    loaded.ruleset->skipped));
  }
  const std::string name = arguments.file == "-" ? "standard input" : arguments.file;
  return arguments.check ? check(*loaded.ruleset, name)
                         : print(*loaded.ruleset, arguments.counters);
}

}  // namespace

Run add_rules(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->file,
                 "A ruleset, as iptables-save prints it; - is standard input")
      ->required();
  app.add_flag("--check", arguments->check,
               "Print nothing but warnings; exit with 4 if there are any");
  app.add_flag("--counters", arguments->counters, "Print the counters that stand in the file, too");
  app.add_flag("-6,--ipv6", arguments->ipv6, "It is a ruleset of ip6tables");
  app.add_option("--unsupported", arguments->unsupported,
                 "Rules with something not supported: error, skip")
      ->type_name("WHAT");
  app.footer("Example: iptables-save | statewall rules --check -");
  return [arguments] { return run(*arguments); };
}

}  // namespace statewall
