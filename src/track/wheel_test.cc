#include "track/wheel.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>
#include <vector>

namespace statewall {
namespace {

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

class WheelTest : public testing::Test {
 protected:
  explicit WheelTest(std::size_t count = 600) : records_(count) { wheel_.reset(); }

  void file(std::uint32_t slot, std::uint32_t deadline) {
    records_[slot].deadline = deadline;
    wheel_.link(records_.data(), slot);
  }

  /// All that is due at `now`, taken off the wheel.
  std::vector<std::uint32_t> due(std::uint32_t now) {
    std::vector<std::uint32_t> slots;
    std::size_t budget = kUnlimited;
    for (;;) {
      const std::uint32_t slot = wheel_.next_due(records_.data(), now, budget);
      if (slot == kNoSlot) return slots;
      wheel_.unlink(records_.data(), slot);
      slots.push_back(slot);
    }
  }

  std::vector<Record> records_;
  Wheel wheel_;
};

TEST_F(WheelTest, ARecordIsDueAtItsMillisecondAndNotBefore) {
  for (const std::uint32_t deadline : {1U, 255U, 256U, 65535U, 65536U, 1U << 24, 0x7fffffffU}) {
    wheel_.reset();
    file(0, deadline);
    EXPECT_TRUE(due(deadline - 1).empty()) << deadline;
    EXPECT_EQ(due(deadline), std::vector<std::uint32_t>{0}) << deadline;
  }
}

TEST_F(WheelTest, AnEarlierClockFindsNothingDue) {
  file(0, 1000);
  std::size_t budget = kUnlimited;
  EXPECT_EQ(wheel_.next_due(records_.data(), 1000, budget), 0U) << "due, and still linked";
  EXPECT_TRUE(due(999).empty());
  EXPECT_EQ(due(1000).size(), 1U);
}

TEST_F(WheelTest, TellsByWhichDeadlineARecordIsFiled) {
  file(0, 1000);
  EXPECT_EQ(records_[0].filed, 1000U);
  records_[0].deadline = 90'000;
  EXPECT_EQ(records_[0].filed, 1000U) << "it waits where it was";
  EXPECT_TRUE(due(1000).empty());
  EXPECT_EQ(records_[0].filed, 90'000U) << "the wheel came by";
}

TEST_F(WheelTest, ARefreshOnlyWritesTheDeadline) {
  file(0, 1000);
  records_[0].deadline = 5000;
  EXPECT_TRUE(due(4999).empty());
  EXPECT_EQ(due(5000).size(), 1U);
}

TEST_F(WheelTest, TouchesNoMoreRecordsThanItMay) {
  for (std::uint32_t slot = 0; slot < 600; ++slot) file(slot, 300'000);
  std::size_t calls = 0;
  std::size_t gone = 0;
  while (gone < 600) {
    std::size_t budget = 10;
    std::size_t now_gone = 0;
    for (;;) {
      const std::uint32_t slot = wheel_.next_due(records_.data(), 300'000, budget);
      if (slot == kNoSlot) break;
      wheel_.unlink(records_.data(), slot);
      ++now_gone;
    }
    EXPECT_LE(now_gone, 10U);
    gone += now_gone;
    ASSERT_LT(++calls, 1000U);
  }
  EXPECT_GE(calls, 60U);
}

TEST_F(WheelTest, ALinkWhileATurnIsUnderWayIsNotLost) {
  for (std::uint32_t slot = 0; slot < 20; ++slot) file(slot, 1000);
  std::size_t budget = 3;
  EXPECT_EQ(wheel_.next_due(records_.data(), 2000, budget), kNoSlot)
      << "still spreading 1000's slot";
  file(20, 1500);
  file(21, 500);
  EXPECT_EQ(due(2000).size(), 22U);
}

// Against a plain map from deadline to record, over wraps of the 32-bit clock.
TEST_F(WheelTest, AgreesWithAMap) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    wheel_.reset();
    std::map<std::uint32_t, std::uint64_t> deadlines;  // slot -> deadline in 64 bits
    std::uint64_t now = 0;
    for (int step = 0; step < 3000; ++step) {
      const auto slot = static_cast<std::uint32_t>(random() % 600);
      const std::uint64_t ahead = (std::uint64_t{1} << (random() % 31)) + random() % 300;
      const std::uint64_t deadline = now + std::min<std::uint64_t>(ahead, 0x7fffff00);
      const auto found = deadlines.find(slot);
      if (found == deadlines.end()) {
        file(slot, static_cast<std::uint32_t>(deadline));
        deadlines[slot] = deadline;
      } else if (random() % 2 == 0) {
        wheel_.unlink(records_.data(), slot);
        deadlines.erase(found);
      } else if (deadline > found->second) {
        records_[slot].deadline = static_cast<std::uint32_t>(deadline);
        found->second = deadline;
      }
      now += random() % 8 != 0 ? random() % 2000 : (std::uint64_t{1} << (random() % 30));
      for (const std::uint32_t gone : due(static_cast<std::uint32_t>(now))) {
        ASSERT_TRUE(deadlines.contains(gone));
        EXPECT_LE(deadlines[gone], now);
        deadlines.erase(gone);
      }
      for (const auto& [left, when] : deadlines) ASSERT_GT(when, now) << "slot " << left;
    }
  }
}

}  // namespace
}  // namespace statewall
