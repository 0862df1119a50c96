#include "track/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <set>
#include <vector>

namespace statewall {
namespace {

// In memory that holds anything, as a table's may.
struct Pool {
  Pool(std::uint32_t size, bool shared)
      : records(new Record[size]), made(RecordPool::claims_for(size)) {
    for (std::uint32_t slot = 0; slot < size; ++slot) records[slot].worker = 0x5a;
    for (RecordPool::Made& claim : made) claim = 0xa5;
    pool.lay_out({records.get(), size}, made, shared);
  }

  /// The slot that a tracker takes, or kNoSlot.
  std::uint32_t take(FreeList& mine) { return pool.stock(mine) ? pool.take(mine) : kNoSlot; }

  std::unique_ptr<Record[]> records;
  std::vector<RecordPool::Made> made;
  RecordPool pool;
};

constexpr std::uint32_t kSmall = 1000, kLarge = 70'000;  // claims of 16, and of 64

TEST(RecordPool, GivesEachRecordOnce) {
  for (const std::uint32_t size : {1U, 15U, 16U, 17U, 65'535U, 65'536U, kLarge}) {
    Pool pool(size, false);
    FreeList mine;
    std::vector<bool> taken(size);
    for (std::uint32_t i = 0; i < size; ++i) {
      const std::uint32_t slot = pool.take(mine);
      ASSERT_LT(slot, size);
      ASSERT_FALSE(taken[slot]);
      taken[slot] = true;
    }
    EXPECT_EQ(pool.take(mine), kNoSlot) << size;
  }
}

// What others may look at is a record: it says of itself that it is on no wheel.
TEST(RecordPool, TellsWhatIsMade) {
  for (const std::uint32_t size : {kSmall, kLarge}) {
    Pool pool(size, true);
    std::array<FreeList, 2> lists;
    for (std::uint32_t i = 0; i < 500; ++i) {
      const std::uint32_t slot = pool.take(lists[i % 3 == 0 ? 0 : 1]);
      ASSERT_TRUE(pool.pool.made(slot));
      for (std::uint32_t other = 0; other < pool.pool.used(); ++other) {
        ASSERT_EQ(pool.pool.made(other), pool.records[other].worker == kNobody) << other;
      }
    }
    EXPECT_LT(pool.pool.used(), size);
  }
}

TEST(RecordPool, ManyListsNeverShareARecord) {
  for (const std::uint32_t size : {kSmall, kLarge}) {
    Pool pool(size, true);
    std::mt19937 random(size);
    std::array<FreeList, 3> lists;
    std::array<std::vector<std::uint32_t>, 3> held;
    std::set<std::uint32_t> all;
    bool full = false;
    std::uint32_t least_when_full = size;
    for (int step = 0; step < 200'000; ++step) {
      const std::size_t who = random() % lists.size();
      if (random() % 4 != 0) {
        const std::uint32_t slot = pool.take(lists[who]);
        if (slot == kNoSlot) {
          full = true;
          least_when_full = std::min(least_when_full, static_cast<std::uint32_t>(all.size()));
          continue;
        }
        ASSERT_TRUE(all.insert(slot).second) << slot;
        held[who].push_back(slot);
      } else if (!held[who].empty()) {
        pool.pool.give(lists[who], held[who].back());
        all.erase(held[who].back());
        held[who].pop_back();
      }
    }
    EXPECT_TRUE(full);
    EXPECT_EQ(RecordPool::most_idle(size), size == kSmall ? 48U + 16 : 48U + 64);
    EXPECT_GE(least_when_full, size - 2 * RecordPool::most_idle(size)) << "what two others keep";
  }
}

}  // namespace
}  // namespace statewall
