#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
#include "report/version.h"
#include "rules/suggest.h"

// statewall: reads the command line and runs the command.

namespace statewall {
namespace {

constexpr Command kCommands[] = {
    {"replay", "Track the packets of captures and tell each one's state", add_replay},
    {"explain", "Tell all about one packet of a capture, and why it has its state", add_explain},
    {"compare", "Track captures in two ways and show the packets that differ", add_compare},
    {"diagram", "Draw a capture as a message chart", add_diagram},
    {"annotate", "Write a capture anew, with a comment on each packet", add_annotate},
    {"test", "Run scenarios: what is sent, and what must become of it", add_test},
#ifdef __linux__
    {"run", "Be a firewall on live traffic, as root", add_run},
    {"verify", "Ask this machine's kernel, as root, and show where it differs", add_verify},
    // Of a firewall that runs.
    {"list", "List the connections of a firewall that runs", add_list, true},
    {"events", "Tell what happens to the connections of a firewall that runs", add_events, true},
    {"delete", "End connections of a firewall that runs", add_delete, true},
    {"flush", "End all connections of a firewall that runs", add_flush, true},
    {"stats", "Print what a firewall that runs has counted", add_stats, true},
    {"top", "Show the greatest connections of a firewall that runs", add_top, true},
    {"reload", "Make a firewall that runs read its rules anew", add_reload, true},
    {"save", "Make a firewall that runs save its state", add_save, true},
    {"import", "Bring connections to a firewall that runs", add_import, true},
#endif
    {"rules", "Print a ruleset in iptables-save's form, or check it", add_rules},
    {"profiles", "List the profiles and their switches", add_profiles},
    {"icmp", "List the ICMP types and what they are to the tracker", add_icmp},
    {"bench", "Measure how long packets take on this machine", add_bench},
    {"completion", "Print a script that completes this command line", add_completion},
};

/// Every word that begins with a dash and that this command knows.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What nobody asked for: a mistyped option, a mistyped command, one argument too many.
std::string unexpected(const CLI::App& app, std::string word) {
  if (word.starts_with("-")) {
    word = word.substr(0, word.find('='));
    const std::vector<std::string> names = option_names(app);
    return unknown_name("option", word, std::vector<std::string_view>(names.begin(), names.end()));
  }
  if (app.get_parent()) return fmt::format("unexpected argument '{}'", word);
  std::vector<std::string_view> names;
  for (const Command& command : kCommands) names.push_back(command.name);
  return unknown_name("command", word, names);
}

/// The innermost command that the user named.
CLI::App& chosen(CLI::App& app) {
  const std::vector<CLI::App*> subcommands = app.get_subcommands();
  return subcommands.empty() ? app : *subcommands.front();
}

int usage_error(CLI::App& app, const std::string& message) {
  const CLI::App& command = chosen(app);
  const std::string name = command.get_parent() ? "statewall " + command.get_name() : "statewall";
  return fail({ErrorKind::usage, "", fmt::format("{} (see {} --help)", message, name)});
}

int report(CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  const std::vector<std::string> extras = app.remaining(true);
  const std::string message =
      extras.empty() ? error.what() : unexpected(chosen(app), extras.front());
  return usage_error(app, message);
}

/// Those of a firewall that runs share a line of the help, which fits a screen so.
std::string footer() {
  std::string names;
  for (const Command& command : kCommands) {
    if (command.of_running) names.append(names.empty() ? "" : ", ").append(command.name);
  }
  const std::string line = names.empty() ? "" : "A firewall that runs: " + names + "\n";
  return line +
         "Example: statewall replay --table ping.pcap   (statewall COMMAND --help says more)";
}

int run(int argc, char** argv) {
  CLI::App app("Statewall: connection tracking in the manner of netfilter", "statewall");
  app.set_version_flag("--version", "statewall " + std::string(kVersion), "Print the version");
  app.footer(footer());
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(28);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  std::vector<std::pair<CLI::App*, Run>> commands;
  for (const Command& command : kCommands) {
    CLI::App* added = app.add_subcommand(std::string(command.name), std::string(command.summary));
    added->group(command.of_running ? "" : "Commands");
    commands.emplace_back(added, command.add(*added));
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report(app, error);
  }
  for (const auto& [command, run_it] : commands) {
    if (command->parsed()) return run_it();
  }
  std::cerr << app.help();
  return kExitUsage;
}

}  // namespace
}  // namespace statewall

int main(int argc, char** argv) {
  // A reader that went away is then an error of writing, which `Output` deals with.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a file that grew to the limit of the user.
  std::signal(SIGXFSZ, SIG_IGN);
  return statewall::run(argc, argv);
}
