#include "rules/fixed_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <random>
#include <string>

namespace statewall::rules {
namespace {

/// So bad that most keys share a bucket.
struct PoorHash {
  std::uint64_t operator()(std::uint32_t key) const { return key % 3; }
};
using Map = FixedMap<std::uint32_t, std::string, PoorHash>;

/// The same, slow and obvious: values by key, and the keys from the one touched longest ago on.
struct Model {
  std::map<std::uint32_t, std::string> values;
  std::list<std::uint32_t> order;

  void touch(std::uint32_t key) {
    order.remove(key);
    order.push_back(key);
  }
  void erase(std::uint32_t key) {
    order.remove(key);
    values.erase(key);
  }
};

void expect_equal(Map& map, const Model& model, std::uint32_t keys) {
  ASSERT_EQ(map.size(), model.values.size());
  for (std::uint32_t key = 0; key < keys; ++key) {
    const auto expected = model.values.find(key);
    const std::string* found = map.find(key);
    ASSERT_EQ(found != nullptr, expected != model.values.end()) << key;
    if (found) {
      ASSERT_EQ(*found, expected->second);
    }
  }
  ASSERT_EQ(map.oldest() == nullptr, model.order.empty());
  if (map.oldest()) {
    ASSERT_EQ(*map.oldest(), model.values.at(model.order.front()));
  }
}

TEST(FixedMap, IsAMapWithAnOrder) {
  std::mt19937 random(1);
  for (const std::uint32_t capacity : {1u, 2u, 7u, 40u}) {
    const std::uint32_t keys = capacity * 2;
    Map map(capacity);
    Model model;
    for (int step = 0; step < 4000; ++step) {
      const auto key = static_cast<std::uint32_t>(random() % keys);
      std::string* found = map.find(key);
      switch (random() % 4) {
        case 0:
        case 1:
          if (found) break;
          if (map.full()) {
            model.erase(model.order.front());
            map.erase(*map.oldest());
          }
          map.insert(key, std::to_string(step));
          model.values[key] = std::to_string(step);
          model.touch(key);
          break;
        case 2:
          if (!found) break;
          map.touch(*found);
          model.touch(key);
          break;
        default:
          if (!found) break;
          map.erase(*found);
          model.erase(key);
      }
      ASSERT_EQ(map.full(), model.values.size() == capacity);
      ASSERT_NO_FATAL_FAILURE(expect_equal(map, model, keys)) << "capacity " << capacity;
    }
  }
}

TEST(FixedMap, ValuesStayWhereTheyAre) {
  Map map(8);
  const std::string* const first = &map.insert(0, "zero");
  for (std::uint32_t key = 1; key < 8; ++key) map.insert(key, "other");
  map.erase(*map.find(3));
  map.insert(30, "thirty");
  map.touch(*map.find(0));
  EXPECT_EQ(map.find(0), first);
}

}  // namespace
}  // namespace statewall::rules
