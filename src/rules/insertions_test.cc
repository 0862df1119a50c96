#include "rules/insertions.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>

namespace statewall::rules {
namespace {

using Numbers = std::vector<std::uint32_t>;

/// The same, as slow as it is obvious.
Numbers inserted_one_by_one(const Numbers& positions) {
  Numbers row;
  for (std::uint32_t i = 0; i < positions.size(); ++i) {
    row.insert(row.begin() + static_cast<std::ptrdiff_t>(positions[i]), i);
  }
  Numbers places(positions.size());
  for (std::uint32_t place = 0; place < row.size(); ++place) places[row[place]] = place;
  return places;
}

TEST(Insertions, AtEitherEndAndBetween) {
  EXPECT_EQ(places_of_insertions({}), Numbers{});
  EXPECT_EQ(places_of_insertions({0}), Numbers{0});
  EXPECT_EQ(places_of_insertions({0, 1, 2}), (Numbers{0, 1, 2}));
  EXPECT_EQ(places_of_insertions({0, 0, 0}), (Numbers{2, 1, 0}));
  EXPECT_EQ(places_of_insertions({0, 1, 1, 0}), (Numbers{1, 3, 2, 0}));
}

TEST(Insertions, AsOneByOne) {
  std::mt19937 random(1);
  for (std::size_t length = 0; length < 200; ++length) {
    Numbers positions(length);
    for (std::size_t i = 0; i < length; ++i) {
      positions[i] = static_cast<std::uint32_t>(random() % (i + 1));
    }
    ASSERT_EQ(places_of_insertions(positions), inserted_one_by_one(positions)) << length;
  }
}

TEST(Insertions, AMillionAtTheBeginning) {
  constexpr std::uint32_t count = 1'000'000;
  const Numbers places = places_of_insertions(Numbers(count));
  EXPECT_EQ(places.front(), count - 1);
  EXPECT_EQ(places.back(), 0u);
}

}  // namespace
}  // namespace statewall::rules
