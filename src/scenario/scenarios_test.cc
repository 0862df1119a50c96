#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenario/files.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

// Runs every file of tests/scenarios: one test a file.

namespace statewall {
namespace {

std::vector<std::string> all_files() {
  const auto files = scenario_files(STATEWALL_SOURCE_DIR "/tests/scenarios");
  return files ? *files : std::vector<std::string>{};
}

class ScenarioFile : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioFile, Passes) {
  const ParsedScenario parsed = load_scenario(GetParam());
  for (const Error& error : parsed.errors) ADD_FAILURE() << error.text();
  ASSERT_TRUE(parsed.errors.empty());
  const auto result = run_scenario(parsed.scenario);
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_GT(result->checked, 0u) << GetParam() << " expects nothing";
  for (const Failure& failure : result->failures) {
    ADD_FAILURE() << GetParam() << ":" << failure.line << ": " << failure.text();
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(info.param.rfind('/') + 1);
  name.resize(name.rfind('.'));
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioFile, testing::ValuesIn(all_files()), test_name);

// The founding documents' behaviours T1 to T15 have a file each.
TEST(ScenarioFiles, TellOfEachBehaviour) {
  const std::vector<std::string> files = all_files();
  for (int t = 1; t <= 15; ++t) {
    const std::string begin = "/t" + std::string(t < 10 ? "0" : "") + std::to_string(t) + "-";
    const bool found = std::any_of(files.begin(), files.end(), [&](const std::string& file) {
      return file.find(begin) != file.npos;
    });
    EXPECT_TRUE(found) << begin;
  }
}

}  // namespace
}  // namespace statewall
