#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
#include "report/junit.h"
#include "report/style.h"
#include "scenario/runner.h"
#include "scenario/scenario.h"

namespace statewall {

struct KernelRun;

struct TestOptions {
  std::vector<std::string> paths;
  std::string junit;  ///< a file; empty: none is written
  bool no_compare = false;
  Color color = Color::no;
};

/// Scenarios that are run, and what is said of them. Of several exit codes the lowest is the
/// gravest: a file that could not be read, one that is no scenario, an expectation that was not
/// met.
class TestSession {
 public:
  /// `options` must outlive it.
  explicit TestSession(const TestOptions& options) : options_(options) {}

  /// On Statewall; returns the exit code.
  int run();
  /// On this machine's kernel; Linux only, elsewhere it is an error.
  int run_on_kernel();

 private:
  static JunitCase case_of(const std::string& file);
  std::vector<std::string> files();
  std::optional<Scenario> load(const std::string& file, JunitCase& test);
  void run_one(const std::string& file);
  void take(const std::string& file, const RunResult& result, JunitCase& test);
  void take_run(const std::string& file, const KernelRun& run, JunitCase& test);
  void finish_one(const std::string& file, JunitCase test);
  std::optional<Error> write_junit() const;
  int finish();

  void complain(const Error& error);
  void note(int exit_code) { exit_code_ = graver(exit_code_, exit_code); }

  const TestOptions& options_;
  Output out_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::size_t left_out_ = 0;
  std::uint64_t compared_ = 0;   ///< packets under profile tutorial
  std::uint64_t otherwise_ = 0;  ///< of these, that profile linux sees otherwise
  std::uint64_t checked_ = 0;    ///< expectations
  std::uint64_t untold_ = 0;     ///< expectations that the kernel does not tell of
  std::vector<JunitCase> cases_;
  std::set<std::string> told_;  ///< errors of this machine, each told once
  int exit_code_ = kExitSuccess;
};

}  // namespace statewall
