#include "measure/measurement.h"

#include <gtest/gtest.h>

#include "measure/memory_floor.h"
#include "system/table_memory.h"

namespace statewall::bench {
namespace {

void expect_ordered(const Spread& spread) {
  EXPECT_GT(spread.smallest, 0);
  EXPECT_LE(spread.smallest, spread.median);
  EXPECT_LE(spread.median, spread.largest);
}

TEST(Measure, TellsOfEveryWork) {
  std::vector<Work> begun;
  const Result<SizeTimes> times = measure(kFewestFlows, std::chrono::milliseconds(1),
                                          [&](Work work) { begun.push_back(work); });
  ASSERT_TRUE(times) << times.error().text();
  EXPECT_EQ(times->flows, kFewestFlows);
  expect_ordered(times->floor);
  ASSERT_EQ(times->works.size(), std::size(kWorks));
  for (const WorkTime& work : times->works) {
    EXPECT_EQ(work.work, begun[static_cast<std::size_t>(&work - times->works.data())]);
    expect_ordered(work.time);
    EXPECT_GE(work.packets, 5 * kBatch);
    EXPECT_GE(work.bytes_per_connection, 140);
  }
}

TEST(Measure, TheMedianIsTheMiddleOne) {
  const Spread odd = spread_of({5, 1, 3}), even = spread_of({4, 1, 2, 9});
  EXPECT_EQ(odd.median, 3);
  EXPECT_EQ(even.median, 3);
  EXPECT_EQ(even.smallest, 1);
  EXPECT_EQ(even.largest, 9);
}

TEST(MemoryFloor, ReadsLinesThatAreThere) {
  const auto memory = TableMemory::reserve(MemoryFloor::memory_needed(1000));
  ASSERT_TRUE(memory);
  MemoryFloor floor(1000, memory->bytes());
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(floor.run(), MemoryFloor::kBatch);
}

}  // namespace
}  // namespace statewall::bench
