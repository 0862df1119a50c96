#include "rules/words.h"

#include <gtest/gtest.h>

#include <string>

namespace statewall::rules {
namespace {

/// "1+3 -A|4+5 INPUT": column and width of each word, and its text; `"` before what was quoted.
std::string split(std::string_view line, std::size_t skip = 0) {
  LineWords words;
  if (!words.split(line, skip)) {
    return std::to_string(words.bad_column()) + ": " + std::string(words.complaint());
  }
  std::string out;
  for (const Word& word : words.words()) {
    out += (out.empty() ? "" : "|") + std::to_string(word.column) + "+" +
           std::to_string(word.width) + " " + (word.quoted ? "\"" : "") + std::string(word.text);
  }
  return out;
}

TEST(LineWords, PartedAtBlanks) {
  EXPECT_EQ(split(""), "");
  EXPECT_EQ(split(" \t "), "");
  EXPECT_EQ(split("-A INPUT"), "1+2 -A|4+5 INPUT");
  EXPECT_EQ(split("\t-A  INPUT\t"), "2+2 -A|6+5 INPUT");
  EXPECT_EQ(split("a\vb"), "1+3 a\vb") << "other control characters belong to the word";
  EXPECT_EQ(split("[1:2]-A x", 5), "6+2 -A|9+1 x");
  EXPECT_EQ(split("abc", 3), "");
}

TEST(LineWords, InQuotationMarks) {
  EXPECT_EQ(split("a \"b c\" d"), "1+1 a|3+5 \"b c|9+1 d");
  EXPECT_EQ(split("\"\""), "1+2 \"");
  EXPECT_EQ(split(R"("a\"b\\")"), "1+8 \"a\"b\\");
  EXPECT_EQ(split(R"("\a")"), "1+4 \"a");
  EXPECT_EQ(split("a\"b\"c"), "1+4 \"ab|5+1 c") << "a closing mark ends the word";
  EXPECT_EQ(split(R"(a\b)"), "1+3 a\\b") << "a backslash is one outside";
}

TEST(LineWords, WithoutAPartner) {
  EXPECT_EQ(split("a \"b"), "3: a quotation mark without its partner");
  EXPECT_EQ(split("ab\""), "3: a quotation mark without its partner");
  EXPECT_EQ(split(R"("a\")"), "1: a quotation mark without its partner");
  EXPECT_EQ(split("\"a\\"), "1: a quotation mark without its partner");
  EXPECT_EQ(split("\"a\" \"b"), "5: a quotation mark without its partner");
}

TEST(LineWords, AtMostSoMany) {
  std::string line;
  for (std::size_t i = 0; i < LineWords::kMost; ++i) line += "a ";
  LineWords words;
  EXPECT_TRUE(words.split(line));
  EXPECT_EQ(words.words().size(), LineWords::kMost);
  EXPECT_EQ(split(line + "b"), "511: more than 255 words");
}

TEST(LineWords, OneLineAfterTheOther) {
  LineWords words;
  EXPECT_FALSE(words.split("\"a"));
  EXPECT_TRUE(words.split("\"b\" c"));
  ASSERT_EQ(words.words().size(), 2u);
  EXPECT_EQ(words.words()[0].text, "b");
  EXPECT_EQ(words.words()[1].text, "c");
}

}  // namespace
}  // namespace statewall::rules
