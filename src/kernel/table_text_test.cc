#include "kernel/table_text.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

TEST(LinesOf, WithOrWithoutAnEndOfTheLast) {
  EXPECT_EQ(lines_of(""), std::vector<std::string>{});
  EXPECT_EQ(lines_of("a\nb\n"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(lines_of("a\n\nb"), (std::vector<std::string>{"a", "", "b"}));
}

TEST(ReadCounters, SumsTheProcessors) {
  const auto counters = read_counters(
      "entries  clashres found\n00000003  00000001 0000000a\n00000003  00000000 00000001\n");
  ASSERT_EQ(counters.size(), 3u);
  EXPECT_EQ(counters[0], std::pair(std::string("entries"), std::uint64_t{3}));
  EXPECT_EQ(counters[1].second, 1u);
  EXPECT_EQ(counters[2].second, 11u);
}

TEST(ReadCounters, AnyText) {
  EXPECT_TRUE(read_counters("").empty());
  const auto counters = read_counters("a b\nzz\n1\n");
  EXPECT_EQ(counters[0].second, 1u);
  EXPECT_EQ(counters[1].second, 0u);
}

}  // namespace
}  // namespace statewall
