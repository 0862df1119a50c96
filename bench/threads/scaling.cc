#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "bench/reserve.h"
#include "bench/ring.h"
#include "measure/batch.h"
#include "measure/frames.h"
#include "measure/measurement.h"
#include "measure/random.h"
#include "measure/table_config.h"
#include "statewall/profile.h"
#include "statewall/tracker.h"
#include "system/clock_time.h"

// What a second thread adds: the same packets handled by one thread and by two at once, on one
// table that is made for two, from bytes to confirmed. Exit code 1 where a packet had another state
// than it should.

namespace statewall::bench {
namespace {

constexpr std::uint32_t kFlows = 1'000'000;
constexpr std::uint32_t kPackets = 4'000'000;  ///< of established flows, by all threads
constexpr int kTurns = 7;                      ///< of one thread and of two

/// One thread's part: the packets, its tracker, and the frames that it makes.
class Part {
 public:
  Part(ConnectionTable& table, unsigned thread) : tracker_(table, thread), random_(thread + 1) {}

  /// New flows: those of `count` clients from `first` on.
  void open(std::uint32_t first, std::uint32_t count) {
    run(count, [&](Frames& frames) { return Choice{frames[kQuery], first++, State::new_}; });
  }

  /// Their first replies.
  void answer(std::uint32_t first, std::uint32_t count) {
    run(count, [&](Frames& frames) { return Choice{frames[kReply], first++, State::established}; });
  }

  /// Packets of both directions of random flows, all of them established.
  void talk(std::uint32_t count) {
    run(count, [&](Frames& frames) {
      const std::uint32_t choice = random_.below(2 * kFlows);
      return Choice{frames[choice % 2], choice / 2, State::established};
    });
  }

  /// How many came out wrong since this was asked last.
  std::uint64_t take_wrong() { return std::exchange(wrong_, 0); }

 private:
  struct Choice {
    Frame& frame;
    std::uint32_t flow;
    State expected;
  };

  /// REQUIRES: `count` is a multiple of kBatch.
  template <typename Choose>
  void run(std::uint32_t count, Choose&& choose) {
    for (std::uint32_t done = 0; done < count; done += kBatch) {
      for (Frames& frames : ring_) {
        const Choice choice = choose(frames);
        choice.frame.set_flow(choice.flow);
        batch_.add(choice.frame.bytes(), choice.expected);
      }
      wrong_ += kBatch - batch_.handle(tracker_, now_ += 1000);
    }
  }

  Tracker tracker_;
  Random random_;
  Nanoseconds now_ = 0;
  std::uint64_t wrong_ = 0;
  Batch batch_;
  Ring ring_ = ring_of({echo_frame(false), echo_frame(true)});
};
static_assert(kFlows % (kThreads * kBatch) == 0 && kPackets % (kThreads * kBatch) == 0);

/// What a turn took, in nanoseconds a packet: by the clock of the wall, and of a processor.
struct Times {
  double wall = 0, processor = 0;
};

/// Lets `work(thread)` run on so many threads at once, which handle `packets` packets together.
Times take(unsigned threads, std::uint32_t packets, const std::function<void(unsigned)>& work) {
  std::atomic<unsigned> ready = 0;
  std::array<std::int64_t, kThreads> begun{}, ended{}, used{};
  std::vector<std::thread> running;
  for (unsigned thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      ++ready;
      while (ready != threads) std::this_thread::yield();
      begun[thread] = clock_time(CLOCK_MONOTONIC);
      const std::int64_t before = clock_time(CLOCK_THREAD_CPUTIME_ID);
      work(thread);
      used[thread] = clock_time(CLOCK_THREAD_CPUTIME_ID) - before;
      ended[thread] = clock_time(CLOCK_MONOTONIC);
    });
  }
  for (std::thread& thread : running) thread.join();
  const std::int64_t first = *std::min_element(begun.begin(), begun.begin() + threads);
  const std::int64_t last = *std::max_element(ended.begin(), ended.end());
  const auto all = std::accumulate(used.begin(), used.end(), std::int64_t{0});
  return {static_cast<double>(last - first) / packets, static_cast<double>(all) / packets};
}

/// Medians of several turns.
struct Medians {
  std::vector<double> wall, processor;

  void add(const Times& times) {
    wall.push_back(times.wall);
    processor.push_back(times.processor);
  }
};

/// A table of kFlows connections, and what is done to it.
class Table {
 public:
  Table() : memory_(reserve(ConnectionTable::memory_needed(config()))) {}

  /// All flows established.
  void fill() {
    empty();
    for (unsigned i = 0; i < kThreads; ++i) parts_[i]->open(i * kShare, kShare);
    for (unsigned i = 0; i < kThreads; ++i) parts_[i]->answer(i * kShare, kShare);
  }

  Times talk(unsigned threads) {
    return counted(
        take(threads, kPackets, [&](unsigned i) { parts_[i]->talk(kPackets / threads); }));
  }

  Times open(unsigned threads) {
    empty();
    const std::uint32_t share = kFlows / threads;
    const Times times =
        counted(take(threads, kFlows, [&](unsigned i) { parts_[i]->open(i * share, share); }));
    wrong_ += kFlows - table_->size();
    return times;
  }

  std::uint64_t wrong() const { return wrong_; }

 private:
  static constexpr std::uint32_t kShare = kFlows / kThreads;

  static TableConfig config() {
    Profile profile = linux_6();
    profile.icmp_timeout = 86400;
    return table_config(profile, kFlows);
  }

  void empty() {
    table_ = ConnectionTable::create(config(), memory_.bytes()).table;
    for (unsigned i = 0; i < kThreads; ++i) parts_[i] = std::make_unique<Part>(*table_, i);
  }

  Times counted(Times times) {
    for (const auto& part : parts_) wrong_ += part->take_wrong();
    return times;
  }

  TableMemory memory_;
  ConnectionTable* table_ = nullptr;
  std::array<std::unique_ptr<Part>, kThreads> parts_;
  std::uint64_t wrong_ = 0;
};

/// One thread and two in turn, so that a slow hour of the machine is that of both. The first turn
/// warms up.
template <typename Work>
void compare(const char* name, Work work) {
  std::array<Medians, kThreads> medians;
  for (int turn = 0; turn <= kTurns; ++turn) {
    for (unsigned threads = 1; threads <= kThreads; ++threads) {
      const Times times = work(threads);
      if (turn != 0) medians[threads - 1].add(times);
    }
  }
  const auto median = [&](unsigned threads, auto which) {
    return spread_of(medians[threads - 1].*which).median;
  };
  const double one = median(1, &Medians::wall), two = median(2, &Medians::wall);
  const double one_used = median(1, &Medians::processor);
  const double two_used = median(2, &Medians::processor);
  std::printf("%-14s %10.2f %10.2f %8.2f %12.0f %8.0f %8.2f\n", name, 1e3 / one, 1e3 / two,
              one / two, one_used, two_used, 2 * one_used / two_used);
}

}  // namespace
}  // namespace statewall::bench

int main() {
  using namespace statewall::bench;
  Table table;
  table.fill();
  std::printf("%-14s %32s %32s\n", "", "millions of packets a second", "processor ns a packet");
  std::printf("%-14s %10s %10s %8s %12s %8s %8s\n", "", "1 thread", "2 threads", "factor",
              "1 thread", "2", "factor");
  compare("established", [&](unsigned threads) { return table.talk(threads); });
  compare("new flows", [&](unsigned threads) { return table.open(threads); });
  if (table.wrong() == 0) return 0;
  std::printf("%llu packets had another state than they should\n",
              static_cast<unsigned long long>(table.wrong()));
  return 1;
}
