#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <vector>

#include "statewall/saved_connection.h"
#include "track/record.h"
#include "track/testing.h"

// However many connections a table has, no call touches more of them than Tracker promises. The
// system counts: the records' pages are out of reach, and each that is wanted is told of once.

namespace statewall {
namespace {

using namespace testing;

constexpr std::uint32_t kFlows = 10'000'000;
/// What a call may touch: of each record that it handles the two beside it on the timer, too.
constexpr int kMost = Tracker::kTouchedPerCall;

std::byte* records_begin;
std::byte* records_end;
volatile sig_atomic_t pages_touched;

void reach_page(int, siginfo_t* info, void*) {
  auto* const at = static_cast<std::byte*>(info->si_addr);
  if (at < records_begin || at >= records_end) {
    signal(SIGSEGV, SIG_DFL);
    return;
  }
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t into = static_cast<std::size_t>(at - records_begin) / page * page;
  mprotect(records_begin + into, page, PROT_READ | PROT_WRITE);
  pages_touched = pages_touched + 1;
}

/// Ten million UDP connections, each with some time of its own left. Records that are neighbours on
/// the timer lie anywhere, nearly always on pages of their own.
class TouchedRecords : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    config_.profile = linux_6();
    config_.profile.max = config_.profile.buckets = kFlows;
    config_.threads = 1;
    config_.hash_key = {1, 2};
    size_ = ConnectionTable::memory_needed(config_);
    void* const memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    memory_ = {static_cast<std::byte*>(memory), size_};
    table_ = ConnectionTable::create(config_, memory_).table;
    tracker_ = std::make_unique<Tracker>(*table_, 0);
    fill();

    // The records are the last that the table lays out.
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t before = size_ - kFlows * sizeof(Record);
    records_begin = memory_.data() + (before + page - 1) / page * page;
    records_end = memory_.data() + (size_ + page - 1) / page * page;
    struct sigaction action = {};
    action.sa_sigaction = reach_page;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, &old_action_);
  }

  static void TearDownTestSuite() {
    sigaction(SIGSEGV, &old_action_, nullptr);
    tracker_.reset();
    munmap(memory_.data(), size_);
  }

  /// A query that nobody has answered: of flow `n`.
  static Packet query(std::uint32_t n) {
    Packet packet = udp(A, B, static_cast<std::uint16_t>(n), 53);
    packet.headers.source = Address::ipv4(0x0a000000 + (n >> 16));
    return packet;
  }

  static void fill() {
    SavedConnection saved;
    saved.connection.status = status::confirmed;
    for (std::uint32_t n = 0; n < kFlows; ++n) {
      const Headers headers = query(n).headers;
      Tuple& original = saved.connection.original;
      original.source = headers.source;
      original.destination = headers.destination;
      original.family = headers.family;
      original.protocol = headers.protocol;
      original.source_port = headers.source_port;
      original.destination_port = headers.destination_port;
      saved.connection.reply = reply_of(original);
      // From 10 to 210 seconds.
      saved.time_left = 10'000 + static_cast<std::uint32_t>(random_() % 200'000);
      ASSERT_EQ(tracker_->restore(saved, 0), Restored::restored);
    }
  }

  /// How many pages of records a call touches.
  template <typename Call>
  static int touched(Call&& call) {
    const auto length = static_cast<std::size_t>(records_end - records_begin);
    mprotect(records_begin, length, PROT_NONE);
    pages_touched = 0;
    call();
    mprotect(records_begin, length, PROT_READ | PROT_WRITE);
    return pages_touched;
  }

  static std::uint32_t any_flow() { return static_cast<std::uint32_t>(random_() % kFlows); }

  static inline TableConfig config_;
  static inline std::size_t size_ = 0;
  static inline std::span<std::byte> memory_;
  static inline ConnectionTable* table_ = nullptr;
  static inline std::unique_ptr<Tracker> tracker_;
  static inline std::mt19937 random_{1};
  static inline struct sigaction old_action_ = {};
};

// In one test, for they go on from each other.
TEST_F(TouchedRecords, AreNoMoreThanPromised) {
  ASSERT_EQ(table_->size(), kFlows);

  // Itself; and since its time ends sooner now, its neighbours on the timer, there and here.
  for (int i = 0; i < 10; ++i) {
    const Packet packet = query(any_flow());
    const int pages = touched([&] { tracker_->observe(packet, seconds(1)); });
    EXPECT_GE(pages, 1);
    EXPECT_LE(pages, 4);
  }

  // The table is full. The first slots, on a page that is not watched, are the first to go.
  int by_eviction = 0;
  for (std::uint32_t i = 0; i < 40; ++i) {
    const Packet packet = query(kFlows + i);
    by_eviction = std::max(by_eviction, touched([&] {
                             tracker_->observe(packet, seconds(1));
                             EXPECT_EQ(tracker_->confirm(), Confirmation::confirmed);
                           }));
  }
  EXPECT_EQ(table_->counters().evicted, 40u);
  EXPECT_GT(by_eviction, 1);
  EXPECT_LE(by_eviction, kMost);

  std::vector<Connection> listed(32);
  std::vector<SavedConnection> saved(32);
  for (int i = 0; i < 5; ++i) {
    std::uint32_t cursor = any_flow();
    // As many as there is room for, side by side, and no neighbours.
    EXPECT_LE(touched([&] { tracker_->list(cursor, listed); }), 2);
    EXPECT_LE(touched([&] { tracker_->save(cursor, saved, seconds(1)); }), 2);
  }

  // Fifty a millisecond end from here on, half a million in each step; nobody came by meanwhile.
  int most = 0;
  int by_packet = 0;
  for (int step = 2; step <= 5; ++step) {
    const Nanoseconds now = seconds(step * 10);
    const std::size_t before = table_->size();
    for (int i = 0; i < 15; ++i) {
      most = std::max(most, touched([&] { tracker_->expire(now); }));
      const Packet packet = query(any_flow());
      by_packet = std::max(by_packet, touched([&] { tracker_->observe(packet, now); }));
      for (int unseen = 0; unseen < 70; ++unseen) tracker_->expire(now);
    }
    while (!tracker_->expire(now)) {
    }
    EXPECT_GT(before - table_->size(), 300'000u);
  }
  EXPECT_GT(most, static_cast<int>(Tracker::kRecordsPerCall)) << "the neighbours are counted";
  EXPECT_LE(most, kMost);
  EXPECT_GT(by_packet, 1);
  EXPECT_LE(by_packet, kMost);
}

}  // namespace
}  // namespace statewall
