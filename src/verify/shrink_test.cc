#include "verify/shrink.h"

#include <gtest/gtest.h>

#include <numeric>

namespace statewall {
namespace {

std::vector<int> numbers(int count) {
  std::vector<int> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), 0);
  return out;
}

bool holds(std::span<const int> list, std::initializer_list<int> needed) {
  return std::ranges::all_of(needed,
                             [&](int n) { return std::ranges::find(list, n) != list.end(); });
}

Shrunk<int> shrink_to(int count, std::initializer_list<int> needed, std::size_t runs = 10000) {
  const std::vector<int> whole = numbers(count);
  return shrink<int>(
      whole, [&](std::span<const int> list) { return holds(list, needed); }, runs);
}

TEST(Shrink, KeepsWhatIsNeededInItsOrder) {
  EXPECT_EQ(shrink_to(1000, {3, 500, 999}).list, (std::vector<int>{3, 500, 999}));
  EXPECT_EQ(shrink_to(1000, {0}).list, std::vector<int>{0});
  EXPECT_EQ(shrink_to(3, {0, 1, 2}).list, numbers(3));
  EXPECT_TRUE(shrink_to(1000, {3, 500, 999}).minimal);
}

TEST(Shrink, NeedsFewRuns) {
  EXPECT_LT(shrink_to(1000, {999}).runs, 30u);
  EXPECT_LT(shrink_to(1000, {3, 500, 999}).runs, 100u);
}

// An even number of elements, so that none can be left out alone without another.
TEST(Shrink, StopsWhereNoElementCanGo) {
  const std::vector<int> whole = numbers(7);
  const auto odd = [](std::span<const int> list) { return list.size() % 2 == 1; };
  const Shrunk<int> out = shrink<int>(whole, odd, 1000);
  EXPECT_TRUE(out.minimal);
  EXPECT_EQ(out.list.size() % 2, 1u);
}

TEST(Shrink, StopsWhenTheRunsAreUsed) {
  const Shrunk<int> out = shrink_to(1000, {3, 500, 999}, 5);
  EXPECT_EQ(out.runs, 5u);
  EXPECT_FALSE(out.minimal);
  EXPECT_TRUE(holds(out.list, {3, 500, 999}));
  EXPECT_EQ(shrink_to(4, {1}, 0).list, numbers(4));
}

TEST(Shrink, TakesNothing) {
  const auto always = [](std::span<const int>) { return true; };
  EXPECT_TRUE(shrink<int>({}, always, 10).list.empty());
  EXPECT_TRUE(shrink<int>(numbers(9), always, 100).list.empty());
}

}  // namespace
}  // namespace statewall
