#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/linux_comparison.h"
#include "cli/output.h"
#include "scenario/files.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

// `statewall test FILE...`: runs scenarios.

namespace statewall {
namespace {

// What went wrong in all of them. Of several exit codes the lowest is the gravest: a file that
// could not be read, one that is no scenario, an expectation that was not met.
class Session {
 public:
  explicit Session(bool compare) : compare_(compare) {}

  void files_of(const std::string& path) {
    const auto files = scenario_files(path);
    if (!files) {
      complain(files.error());
      ++failed_;
      return;
    }
    for (const std::string& file : *files) one(file);
  }

  int finish() {
    append(out_.buffer(), "{} passed, {} failed", passed_, failed_);
    out_.line_done();
    if (compared_ != 0) {
      out_.flush();
      fmt::print(stderr, "statewall test: {}\n", comparison_text(otherwise_, compared_));
    }
    return out_.finish(exit_code_);
  }

 private:
  void one(const std::string& file) {
    const bool passed = run(file);
    ++(passed ? passed_ : failed_);
    append(out_.buffer(), "{} {}", passed ? "ok" : "FAILED", file);
    out_.line_done();
  }

  bool run(const std::string& file) {
    const ParsedScenario parsed = load_scenario(file);
    for (const Error& error : parsed.errors) complain(error);
    if (!parsed.errors.empty()) return false;
    const Profile& profile = parsed.scenario.profile;
    const Profile linux_profile = linux_6();
    const bool compared = compare_ && is_compared(profile);
    const auto result = run_scenario(parsed.scenario, compared ? &linux_profile : nullptr);
    if (!result) {
      complain({result.error().kind, file, result.error().message});
      return false;
    }
    compared_ += result->compared;
    otherwise_ += result->otherwise;
    for (const Failure& failure : result->failures) {
      append(out_.buffer(), "{}:{}: {}", file, failure.line, failure.text());
      out_.line_done();
      note(kExitFindings);
    }
    return result->failures.empty();
  }

  void complain(const Error& error) {
    out_.flush();
    note(fail(error));
  }

  void note(int exit_code) { exit_code_ = graver(exit_code_, exit_code); }

  const bool compare_;
  Output out_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::uint64_t compared_ = 0;   ///< packets under profile tutorial
  std::uint64_t otherwise_ = 0;  ///< of these, that profile linux sees otherwise
  int exit_code_ = kExitSuccess;
};

}  // namespace

Run add_test(CLI::App& app) {
  const auto paths = std::make_shared<std::vector<std::string>>();
  const auto no_compare = std::make_shared<bool>(false);
  app.add_option("FILE", *paths, "Scenarios, or folders of *.scenario")->required();
  add_no_compare(app, *no_compare);
  app.footer("Example: statewall test tests/scenarios");
  return [paths, no_compare] {
    std::fputs("statewall test: profile tutorial unless the scenario says otherwise\n", stderr);
    Session session(!*no_compare);
    for (const std::string& path : *paths) session.files_of(path);
    return session.finish();
  };
}

}  // namespace statewall
