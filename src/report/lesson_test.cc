#include "report/lesson.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace statewall {
namespace {

TEST(Lesson, EachReasonHasOneOfItsOwn) {
  std::set<std::string_view> texts;
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    const Reason reason{static_cast<std::uint8_t>(i)};
    const Lesson& row = lesson(reason);
    EXPECT_TRUE(texts.insert(row.text).second) << slug(reason);
    EXPECT_GT(row.text.size(), 100) << slug(reason);
    EXPECT_LT(row.text.size(), 400) << slug(reason) << ": a paragraph, not a page";
    EXPECT_EQ(row.text.back(), '.') << slug(reason);
    EXPECT_EQ(row.text.find("  "), std::string_view::npos) << slug(reason);
    EXPECT_FALSE(row.source.empty()) << slug(reason);
  }
}

}  // namespace
}  // namespace statewall
