#include "report/utf8.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

TEST(Utf8, TextIsShownAsItIs) {
  EXPECT_EQ(shown("caf\u00e9 <&> \U0001f600"), "caf\u00e9 <&> \U0001f600");
}

TEST(Utf8, WhatCannotBeShownIsReplaced) {
  EXPECT_EQ(shown("a\nb\x1b[31m\x7f"), "a\ufffdb\ufffd[31m\ufffd");
  EXPECT_EQ(shown("\xff\xc3"), "\ufffd\ufffd");
  EXPECT_EQ(shown("\xe2\x82|\xed\xa0\x80"), "\ufffd|\ufffd\ufffd\ufffd");
  EXPECT_EQ(shown("\xef\xbf\xbe\xef\xbf\xbf"), "\ufffd\ufffd");
}

}  // namespace
}  // namespace statewall
