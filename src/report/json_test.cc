#include "report/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace statewall {
namespace {

std::string quoted(std::string_view text) {
  Buffer out;
  append_json_string(out, text);
  return fmt::to_string(out);
}

std::string read_back(std::string_view text) {
  return nlohmann::json::parse(quoted(text)).get<std::string>();
}

TEST(Json, PlainTextStaysAsItIs) { EXPECT_EQ(quoted("ping.pcap"), "\"ping.pcap\""); }

TEST(Json, WhatMustBeEscaped) {
  EXPECT_EQ(quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quoted("\n\t\r\x01\x1f"), R"("\n\t\r\u0001\u001f")");
  EXPECT_EQ(quoted(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(Json, EveryAsciiCharacterIsReadBack) {
  for (char c = 0; c >= 0 && c < 127; ++c) {
    EXPECT_EQ(read_back(std::string(1, c)), std::string(1, c)) << static_cast<int>(c);
  }
  EXPECT_EQ(read_back("\x7f"), "\x7f");
}

TEST(Json, Utf8IsReadBack) {
  for (const char* text :
       {"ä", "€", "\xf0\x9f\x94\xa5", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "x€y"}) {
    EXPECT_EQ(read_back(text), text);
  }
}

TEST(Json, WhatIsNotUtf8IsReplaced) {
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(read_back("a\xff z"), "a" + mark + " z");
  EXPECT_EQ(read_back("\x80"), mark);                                   // begins nothing
  EXPECT_EQ(read_back("\xe2\x82"), mark);                               // ends in the middle
  EXPECT_EQ(read_back("\xe2\x82x"), mark + "x");                        // breaks off
  EXPECT_EQ(read_back("\xc0\xaf"), mark + mark);                        // longer than need be
  EXPECT_EQ(read_back("\xed\xa0\x80"), mark + mark + mark);             // half of a surrogate pair
  EXPECT_EQ(read_back("\xf4\x90\x80\x80"), mark + mark + mark + mark);  // beyond Unicode
}

TEST(Json, AnyTwoBytesMakeValidJson) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
      EXPECT_TRUE(nlohmann::json::accept(quoted({bytes, 2}))) << first << ' ' << second;
    }
  }
}

}  // namespace
}  // namespace statewall
