#include "scenario/lexer.h"

#include <gtest/gtest.h>

#include <string>

namespace statewall {
namespace {

// The words, each with its column: "1:set 5:max=2".
std::string split(std::string_view line) {
  std::string out;
  for (const Word& word : split_line(line).words) {
    if (!out.empty()) out += ' ';
    out += std::to_string(word.column) + (word.quoted ? "~" : ":") + std::string(word.text);
  }
  return out;
}

TEST(Lexer, SplitsAtBlanks) {
  EXPECT_EQ(split(""), "");
  EXPECT_EQ(split("  \t "), "");
  EXPECT_EQ(split("set max=2"), "1:set 5:max=2");
  EXPECT_EQ(split(" a\tbc  => d\r"), "2:a 4:bc 8:=> 11:d");
}

TEST(Lexer, LeavesCommentsOut) {
  EXPECT_EQ(split("# all of it"), "");
  EXPECT_EQ(split("#"), "");
  EXPECT_EQ(split("a #b"), "1:a");
  EXPECT_EQ(split("a#b c"), "1:a#b 5:c");
}

TEST(Lexer, TakesNumbersOfPacketsForWords) {
  EXPECT_EQ(split("quoting #1 # first"), "1:quoting 9:#1");
  EXPECT_EQ(split("#12"), "1:#12");
}

TEST(Lexer, KeepsStringsTogether) {
  EXPECT_EQ(split("entry \"a  # b\" c"), "1:entry 7~a  # b 16:c");
  EXPECT_EQ(split("\"\""), "1~");
}

TEST(Lexer, TakesParenthesesForWords) {
  EXPECT_EQ(split("quoting (a > b)cut 8"), "1:quoting 9:( 10:a 12:> 14:b 15:) 16:cut 20:8");
  EXPECT_EQ(split("\"(a)\" ()"), "1~(a) 7:( 8:)");
}

TEST(Lexer, TellsOfAnUnclosedString) {
  EXPECT_EQ(split_line("entry \"a b").unclosed_column, 7);
  EXPECT_EQ(split_line("entry \"a b\"").unclosed_column, 0);
}

TEST(Lexer, KnowsWhereTheLineEnds) {
  EXPECT_EQ(split_line("").end_column, 1);
  EXPECT_EQ(split_line("ab cd   # x").end_column, 6);
  EXPECT_EQ(split_line("ab \"c\"").end_column, 7);
}

}  // namespace
}  // namespace statewall
