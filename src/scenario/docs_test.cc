#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "scenario/expectation.h"
#include "scenario/packet_words.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

// What docs/scenarios.md says of the language is so.

namespace statewall {
namespace {

std::string manual() {
  std::ifstream file(STATEWALL_SOURCE_DIR "/docs/scenarios.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The first block of indented lines.
std::string first_example(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("    ")) {
      out += line.substr(4) + "\n";
    } else if (line.empty() && !out.empty()) {
      out += "\n";
    } else if (!out.empty()) {
      break;
    }
  }
  return out;
}

// As it stands in the manual: each line four blanks further in.
std::string indented(const std::string& text) {
  std::string out = "    ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

TEST(Manual, ShowsAScenarioThatPasses) {
  const ParsedScenario parsed = parse_scenario(first_example(manual()), "example");
  ASSERT_TRUE(parsed.errors.empty()) << parsed.errors[0].text();
  EXPECT_EQ(parsed.scenario.packets, 4u);
  const auto result = run_scenario(parsed.scenario);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->checked, 8u);
  for (const Failure& failure : result->failures) ADD_FAILURE() << failure.text();
}

TEST(Manual, ShowsTheErrorsOfThatScenario) {
  const std::string text = manual();
  std::string example = first_example(text);
  example.replace(example.find("echo-request"), 4, "ehco");
  const ParsedScenario misspelt = parse_scenario(example, "ping.scenario");
  ASSERT_FALSE(misspelt.errors.empty());
  EXPECT_NE(text.find(misspelt.errors[0].text()), text.npos) << misspelt.errors[0].text();

  example = first_example(text);
  const std::size_t reply_id = example.rfind("33029", example.find("ESTABLISHED"));
  example.replace(reply_id, 5, "33030");
  const ParsedScenario parsed = parse_scenario(example, "ping.scenario");
  const auto result = run_scenario(parsed.scenario);
  ASSERT_TRUE(result);
  ASSERT_FALSE(result->failures.empty());
  const std::string shown = indented(
      fmt::format("ping.scenario:{}: {}", result->failures[0].line, result->failures[0].text()));
  EXPECT_NE(text.find(shown), text.npos) << shown;
}

TEST(Manual, ListsEveryFieldInItsTableAndItsGrammar) {
  const std::string text = manual();
  for (const std::string_view word : field_words()) {
    const std::string begin = "`" + std::string(word);
    const bool listed = text.find(begin + "`") != text.npos || text.find(begin + " ") != text.npos;
    EXPECT_TRUE(listed) << word;
    EXPECT_NE(text.find("\"" + std::string(word) + "\""), text.npos) << word;
  }
}

TEST(Manual, ListsEveryKeyAndEveryReason) {
  const std::string text = manual();
  for (const ExpectationKey& key : expectation_keys()) {
    EXPECT_NE(text.find("| `" + std::string(key.name) + "` |"), text.npos) << key.name;
  }
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    const std::string word = "`" + std::string(slug(static_cast<Reason>(i))) + "`";
    EXPECT_NE(text.find(word), text.npos) << word;
  }
}

}  // namespace
}  // namespace statewall
