#include "live/held_fragments.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

struct Held {
  HeldFragments<int> fragments{3, 100};
  std::vector<int> given_up;

  void hold(std::uint64_t datagram, int frame, Nanoseconds now = 0) {
    fragments.hold(datagram, frame, now, [this](int each) { given_up.push_back(each); });
  }
  void expire(Nanoseconds now) {
    fragments.expire(now, [this](int each) { given_up.push_back(each); });
  }
};

TEST(HeldFragments, AreTakenByTheirDatagramInTheirOrder) {
  Held held;
  held.hold(7, 1);
  held.hold(8, 2);
  held.hold(7, 3);
  EXPECT_EQ(held.fragments.take(7), (std::vector{1, 3}));
  EXPECT_EQ(held.fragments.take(7), std::vector<int>());
  EXPECT_EQ(held.fragments.size(), 1u);
}

TEST(HeldFragments, TheOldestDatagramMakesRoom) {
  Held held;
  held.hold(7, 1);
  held.hold(7, 2);
  held.hold(8, 3);
  held.hold(9, 4);
  EXPECT_EQ(held.given_up, (std::vector{1, 2}));
  EXPECT_EQ(held.fragments.size(), 2u);
}

TEST(HeldFragments, WaitNoLongerThanTheyMay) {
  Held held;
  held.hold(7, 1, 0);
  held.hold(7, 2, 90);
  held.hold(8, 3, 90);
  held.expire(100);
  EXPECT_TRUE(held.given_up.empty());
  held.expire(101);
  EXPECT_EQ(held.given_up, (std::vector{1, 2}));
}

TEST(HeldFragments, ThePatienceIsThatOfTheSlowerFamily) {
  EXPECT_EQ(fragment_patience(30, 60), 61 * kNanosecondsPerSecond);
  EXPECT_EQ(fragment_patience(90, 60), 91 * kNanosecondsPerSecond);
}

}  // namespace
}  // namespace statewall
