#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/color_option.h"
#include "cli/command.h"
#include "cli/linux_comparison.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "report/junit.h"
#include "scenario/files.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

// `statewall test FILE...`: runs scenarios.

namespace statewall {
namespace {

struct Arguments {
  std::vector<std::string> paths;
  std::string junit;  ///< a file; empty: none is written
  std::string color = "auto";
  bool no_compare = false;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// What went wrong in all of them. Of several exit codes the lowest is the gravest: a file that
// could not be read, one that is no scenario, an expectation that was not met.
class Session {
 public:
  Session(const Arguments& arguments, Color color) : arguments_(arguments), color_(color) {}

  void files_of(const std::string& path) {
    const auto files = scenario_files(path);
    if (!files) {
      complain(files.error());
      ++failed_;
      cases_.push_back({"", path, 0, files.error().text(), {}});
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
    if (const auto error = write_junit()) complain(*error);
    return out_.finish(exit_code_);
  }

 private:
  void one(const std::string& file) {
    const std::filesystem::path path(file);
    JunitCase test{path.parent_path().string(), path.stem().string(), 0, {}, {}};
    const auto start = std::chrono::steady_clock::now();
    run(file, test);
    test.seconds = seconds_since(start);
    const bool passed = test.error.empty() && test.failures.empty();
    ++(passed ? passed_ : failed_);
    append(out_.buffer(), "{} {}", passed ? "ok" : "FAILED", file);
    out_.line_done();
    cases_.push_back(std::move(test));
  }

  void run(const std::string& file, JunitCase& test) {
    const ParsedScenario parsed = load_scenario(file);
    for (const Error& error : parsed.errors) {
      complain(error);
      test.error += (test.error.empty() ? "" : "\n") + error.text();
    }
    if (!parsed.errors.empty()) return;
    const Profile linux_profile = linux_6();
    const bool compared = !arguments_.no_compare && is_compared(parsed.scenario.profile);
    const auto result = run_scenario(parsed.scenario, compared ? &linux_profile : nullptr);
    if (!result) {
      complain({result.error().kind, file, result.error().message});
      test.error = result.error().message;
      return;
    }
    compared_ += result->compared;
    otherwise_ += result->otherwise;
    for (const Failure& failure : result->failures) {
      append(out_.buffer(), "{}:{}: {}", file, failure.line, failure.text(color_));
      out_.line_done();
      test.failures.push_back(fmt::format("{}:{}: {}", file, failure.line, failure.text()));
      note(kExitFindings);
    }
  }

  std::optional<Error> write_junit() {
    if (arguments_.junit.empty()) return std::nullopt;
    auto file = OutputFile::create(arguments_.junit, true);
    if (!file) return file.error();
    Buffer text;
    append_junit(text, "statewall test", cases_);
    (*file)->write(std::string_view(text.data(), text.size()));
    return (*file)->commit();
  }

  void complain(const Error& error) {
    out_.flush();
    note(fail(error));
  }

  void note(int exit_code) { exit_code_ = graver(exit_code_, exit_code); }

  const Arguments& arguments_;
  const Color color_;
  Output out_;
  std::size_t passed_ = 0;
  std::size_t failed_ = 0;
  std::uint64_t compared_ = 0;   ///< packets under profile tutorial
  std::uint64_t otherwise_ = 0;  ///< of these, that profile linux sees otherwise
  std::vector<JunitCase> cases_;
  int exit_code_ = kExitSuccess;
};

}  // namespace

Run add_test(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("FILE", arguments->paths, "Scenarios, or folders of *.scenario")->required();
  app.add_option("--junit", arguments->junit, "Write what came out as JUnit XML, too")
      ->type_name("FILE");
  add_no_compare(app, arguments->no_compare);
  add_color_option(app, arguments->color);
  app.footer("Example: statewall test tests/scenarios");
  return [arguments] {
    const Result<Color> color = resolve_color(arguments->color);
    if (!color) return fail(color.error());
    std::fputs("statewall test: profile tutorial unless the scenario says otherwise\n", stderr);
    Session session(*arguments, *color);
    for (const std::string& path : arguments->paths) session.files_of(path);
    return session.finish();
  };
}

}  // namespace statewall
