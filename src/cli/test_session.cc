#include "cli/test_session.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "cli/linux_comparison.h"
#include "cli/output_file.h"
#include "scenario/files.h"
#include "scenario/parser.h"

namespace statewall {
namespace {

using Clock = std::chrono::steady_clock;
}  // namespace

int TestSession::run() {
  std::fputs("statewall test: profile tutorial unless the scenario says otherwise\n", stderr);
  for (const std::string& file : files()) run_one(file);
  return finish();
}

JunitCase TestSession::case_of(const std::string& file) {
  const std::filesystem::path path(file);
  JunitCase test;
  test.group = path.parent_path().string();
  test.name = path.stem().string();
  return test;
}

/// The files of all paths. What cannot be read has failed.
std::vector<std::string> TestSession::files() {
  std::vector<std::string> all;
  for (const std::string& path : options_.paths) {
    auto files = scenario_files(path);
    if (files) {
      all.insert(all.end(), files->begin(), files->end());
      continue;
    }
    complain(files.error());
    JunitCase test;
    test.name = path;
    test.error = files.error().text();
    ++failed_;
    cases_.push_back(std::move(test));
  }
  return all;
}

std::optional<Scenario> TestSession::load(const std::string& file, JunitCase& test) {
  ParsedScenario parsed = load_scenario(file);
  for (const Error& error : parsed.errors) {
    complain(error);
    test.error += (test.error.empty() ? "" : "\n") + error.text();
  }
  if (!parsed.errors.empty()) return std::nullopt;
  return std::move(parsed.scenario);
}

void TestSession::run_one(const std::string& file) {
  JunitCase test = case_of(file);
  const auto start = Clock::now();
  if (const auto scenario = load(file, test)) {
    const Profile linux_profile = linux_6();
    const bool compared = !options_.no_compare && is_compared(scenario->profile);
    const auto result = run_scenario(*scenario, compared ? &linux_profile : nullptr);
    if (result) {
      take(file, *result, test);
    } else {
      complain({result.error().kind, file, result.error().message});
      test.error = result.error().message;
    }
  }
  test.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  finish_one(file, std::move(test));
}

void TestSession::take(const std::string& file, const RunResult& result, JunitCase& test) {
  compared_ += result.compared;
  otherwise_ += result.otherwise;
  checked_ += result.checked;
  untold_ += result.untold;
  for (const Failure& failure : result.failures) {
    append(out_.buffer(), "{}:{}: {}", file, failure.line, failure.text(options_.color));
    out_.line_done();
    test.failures.push_back(fmt::format("{}:{}: {}", file, failure.line, failure.text()));
    note(kExitFindings);
  }
}

void TestSession::finish_one(const std::string& file, JunitCase test) {
  const bool failed = !test.error.empty() || !test.failures.empty();
  if (!test.skipped.empty()) {
    ++left_out_;
    append(out_.buffer(), "left out {}: {}", file, test.skipped);
  } else {
    ++(failed ? failed_ : passed_);
    append(out_.buffer(), "{} {}", failed ? "FAILED" : "ok", file);
  }
  out_.line_done();
  cases_.push_back(std::move(test));
}

int TestSession::finish() {
  append(out_.buffer(), "{} passed, {} failed", passed_, failed_);
  if (left_out_ != 0) append(out_.buffer(), ", {} left out", left_out_);
  out_.line_done();
  if (compared_ != 0) {
    out_.flush();
    fmt::print(stderr, "statewall test: {}\n", comparison_text(otherwise_, compared_));
  }
  if (const auto error = write_junit()) complain(*error);
  return out_.finish(exit_code_);
}

std::optional<Error> TestSession::write_junit() const {
  if (options_.junit.empty()) return std::nullopt;
  auto file = OutputFile::create(options_.junit, true);
  if (!file) return file.error();
  Buffer text;
  append_junit(text, "statewall test", cases_);
  (*file)->write(std::string_view(text.data(), text.size()));
  return (*file)->commit();
}

void TestSession::complain(const Error& error) {
  out_.flush();
  note(fail(error));
}

}  // namespace statewall
