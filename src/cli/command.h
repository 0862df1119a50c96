#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string_view>

#include "statewall/result.h"

// A command of the program: `statewall NAME ...`. One file a command, one row a command in
// `main.cc`.

namespace statewall {

/// What to do once the command line is read; returns the exit code (see ExitCode).
using Run = std::function<int()>;

struct Command {
  std::string_view name;
  std::string_view summary;  ///< one line for `statewall --help`
  /// Adds the options of the command to its (fresh, empty) subcommand, and an example as its
  /// footer. What it returns owns the options' values and is called if the user chose the command.
  Run (*add)(CLI::App& app);
  bool of_running = false;  ///< asks a firewall that runs, or tells it something
};

Run add_replay(CLI::App& app);
Run add_annotate(CLI::App& app);
Run add_explain(CLI::App& app);
Run add_compare(CLI::App& app);
Run add_diagram(CLI::App& app);
Run add_test(CLI::App& app);
Run add_verify(CLI::App& app);  ///< Linux only
Run add_run(CLI::App& app);     ///< Linux only
// Of a firewall that runs; Linux only.
Run add_list(CLI::App& app);
Run add_events(CLI::App& app);
Run add_delete(CLI::App& app);
Run add_flush(CLI::App& app);
Run add_stats(CLI::App& app);
Run add_top(CLI::App& app);
Run add_reload(CLI::App& app);
Run add_save(CLI::App& app);
Run add_import(CLI::App& app);
Run add_rules(CLI::App& app);
Run add_profiles(CLI::App& app);
Run add_icmp(CLI::App& app);
Run add_bench(CLI::App& app);
Run add_completion(CLI::App& app);

/// 0 also when nothing matched. `findings` is for a command that was asked to look for something.
enum ExitCode : int {
  kExitSuccess = 0,
  kExitRuntime = 1,
  kExitUsage = 2,
  kExitInput = 3,
  kExitFindings = 4
};

/// Of two exit codes the one to end with: a failure before success, and of two failures the lower.
int graver(int one, int other);

/// Says an error on stderr ("statewall: office.rules:12:9: ...") and returns its exit code.
int fail(const Error& error);

}  // namespace statewall
