#include "service/queue_drops.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

using Queues = std::vector<QueueDrops>;

// As the kernel prints it: number, port, waiting, mode, range, full, socket, last id, 1.
constexpr std::string_view kTable =
    "    0   1234     3 2 65531     7     0      120  1\n"
    "    1  -2035     0 2 65531     0    12      130  1\n"
    "65535  99999     0 2 65531     1     2        3  1\n";

TEST(QueueDrops, AreReadOfTheQueuesThatAreMeant) {
  EXPECT_EQ(read_queue_drops(kTable, 0, 1), (Queues{{0, 7, 0}}));
  EXPECT_EQ(read_queue_drops(kTable, 65535, 1), (Queues{{65535, 1, 2}}));
  EXPECT_EQ(read_queue_drops(kTable, 2, 4), Queues());
}

// The port of a second socket in a process is negative, as the kernel prints it.
TEST(QueueDrops, AreReadBehindANegativePort) {
  EXPECT_EQ(read_queue_drops(kTable, 0, 2), (Queues{{0, 7, 0}, {1, 0, 12}}));
}

TEST(QueueDrops, LinesThatAreNotUnderstoodAreLeftOut) {
  EXPECT_EQ(read_queue_drops("", 0, 9), Queues());
  EXPECT_EQ(read_queue_drops("\n\nqueue\n 3 4\n 5 1 0 2 9 8 7", 0, 9), (Queues{{5, 8, 7}}));
}

TEST(QueueDrops, WhereNoTableIsThereIsNothingToTell) { EXPECT_TRUE(QueueTable().drops().empty()); }

}  // namespace
}  // namespace statewall
