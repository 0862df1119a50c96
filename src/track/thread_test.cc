#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "track/testing.h"

// Several threads on one table, everything at once. Meant to be run under ThreadSanitizer too.

namespace statewall {
namespace {

using namespace testing;

constexpr unsigned kThreads = 4;

/// Lets `work(thread)` run on all threads at the same time.
template <typename Work>
void together(Work work) {
  std::atomic<unsigned> ready{0};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      ++ready;
      while (ready.load() != kThreads) std::this_thread::yield();
      work(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void expect_consistent(World& world) {
  const Counters counters = world.table().counters();
  const auto connections = world.connections();
  EXPECT_EQ(connections.size(), world.table().size());
  EXPECT_EQ(connections.size(), counters.opened - counters.destroyed);
  std::set<Tuple> tuples;
  std::set<std::uint64_t> numbers;
  for (const Connection& connection : connections) {
    EXPECT_TRUE(tuples.insert(connection.original).second) << "entered twice";
    EXPECT_TRUE(numbers.insert(connection.id.number).second);
    EXPECT_TRUE(world.tracker().find(connection.id));
  }
}

TEST(Threads, OneConnectionIsOpenedOnce) {
  for (const bool joins : {false, true}) {
    Profile profile = tutorial();
    profile.clash_joins = joins ? 1 : 0;
    profile.max = 100'000;
    World world(profile, kThreads, 1);
    std::atomic<unsigned> confirmed{0};
    std::atomic<unsigned> joined{0};
    std::atomic<unsigned> lost{0};
    constexpr unsigned kFlows = 5000;
    together([&](unsigned thread) {
      for (unsigned i = 0; i < kFlows; ++i) {
        const Observation seen =
            world.tracker(thread).observe(udp(A, B, static_cast<std::uint16_t>(i), 1), 0);
        const Confirmation done = world.tracker(thread).confirm();
        if (seen.state != State::new_ || seen.reason != Reason::opens_udp) continue;
        ++(done == Confirmation::confirmed ? confirmed
           : done == Confirmation::joined  ? joined
                                           : lost);
      }
    });
    EXPECT_EQ(confirmed, kFlows);
    EXPECT_EQ(world.table().size(), kFlows);
    EXPECT_EQ(joins ? lost : joined, 0U);
    EXPECT_EQ(world.table().counters().clashed, joined + lost);
    expect_consistent(world);
  }
}

/// A random packet among few flows of all kinds.
Packet any_packet(std::mt19937& random) {
  const auto number = static_cast<std::uint16_t>(random() % 300);
  const auto last = static_cast<std::uint8_t>(1 + random() % 3);
  const Host host(last);
  switch (random() % 8) {
    case 0: return echo(host, B, number);
    case 1: return echo_reply(B, host, number);
    case 2: return udp(host, B, number, 53);
    case 3: return udp(B, host, 53, number);
    case 4: return tcp(host, B, number, 80, static_cast<std::uint8_t>(random()));
    case 5: return tcp(B, host, 80, number, static_cast<std::uint8_t>(random()));
    case 6: return error_about(udp(host, B, number, 53), C, 3, 3);
    default: return error_about(echo(host, B, number), C, 11, 0);
  }
}

// Insert, reply, error, expire, evict, list, delete, mark, over a table that is often full.
TEST(Threads, EverythingAtOnceLosesAndDoublesNothing) {
  for (const Profile& base : profiles()) {
    Profile profile = base;
    profile.max = 400;
    profile.clash_joins = 1;
    World world(profile, kThreads, 64);
    together([&](unsigned thread) {
      std::mt19937 random(thread);
      Tracker& tracker = world.tracker(thread);
      std::vector<Connection> some(32);
      std::uint32_t cursor = 0;
      for (int i = 0; i < 30'000; ++i) {
        const Nanoseconds now = i * 20 * kNanosecondsPerMillisecond;
        const Observation seen = tracker.observe(any_packet(random), now);
        if (random() % 4 == 0) {
          tracker.drop();
        } else {
          tracker.confirm();
        }
        if (i % 64 == 0) {
          cursor = cursor == Tracker::kListed ? 0 : cursor;
          const std::size_t count = tracker.list(cursor, some);
          if (count != 0) tracker.set_mark(some[0].id, 7);
          if (count != 0 && random() % 8 == 0) tracker.erase(some[random() % count].id);
        }
        if (i % 16 == 0) tracker.expire(now);
        if (seen.connection && random() % 32 == 0) (void)tracker.find(seen.connection);
        for (Event event; world.ring(thread).pop(event);) {
        }
      }
    });
    expect_consistent(world);
    EXPECT_LE(world.table().size(), 400U);
    EXPECT_GT(world.table().counters().evicted, 0U);
    // Whatever thread opened them, one tracker ends them all.
    while (!world.tracker().expire(seconds(1'000'000))) {
    }
    EXPECT_EQ(world.table().size(), 0U);
    expect_consistent(world);
  }
}

using KeptAs = std::tuple<Tuple, std::uint8_t, TcpState, std::uint32_t, Nanoseconds, std::uint64_t,
                          std::uint64_t, std::uint64_t, std::uint64_t>;

/// All that is told of the connections, but for their numbers.
std::set<KeptAs> table_of(World& world) {
  std::set<KeptAs> all;
  for (const Connection& c : world.connections()) {
    all.insert({c.original, c.status, c.tcp_state, c.open_queries, c.deadline,
                c.original_count.packets, c.original_count.bytes, c.reply_count.packets,
                c.reply_count.bytes});
  }
  return all;
}

// Each thread has flows of its own, whose packets it sees in their order.
TEST(Threads, TrafficThatIsSplitByFlowGivesTheSameTable) {
  struct Shown {
    unsigned thread;
    Packet packet;
    Nanoseconds time;
  };
  for (const Profile& base : profiles()) {
    Profile profile = base;
    profile.max = 4000;
    profile.acct = 1;
    std::mt19937 random(7);
    std::vector<Shown> traffic;
    for (int i = 0; i < 20'000; ++i) {
      const Packet packet = any_packet(random);
      // By its flow's number, which a port, an id, or what an error quotes tells.
      const Headers& h = packet.has_quote ? packet.quote.headers : packet.headers;
      const unsigned flow =
          h.protocol == protocol::icmp ? h.icmp_id : unsigned{h.source_port} + h.destination_port;
      // Nothing runs out of time: threads that are ahead of others would see it sooner.
      traffic.push_back({flow % kThreads, packet, i * 10'000});
    }
    World alone(profile, 1, 1);
    for (const Shown& shown : traffic) alone.pass(shown.packet, shown.time);
    World world(profile, kThreads, 1);
    // Milliseconds count from the first moment that any thread knows of.
    world.tracker().expire(0);
    together([&](unsigned thread) {
      for (const Shown& shown : traffic) {
        if (shown.thread != thread) continue;
        world.tracker(thread).observe(shown.packet, shown.time);
        world.tracker(thread).confirm();
      }
    });
    EXPECT_GT(alone.table().size(), 100U);
    EXPECT_EQ(table_of(world), table_of(alone)) << profile.name;
    expect_consistent(world);
  }
}

// One thread moves the connections of one table to another, again and again, while the others
// handle packets on both.
// Pings and their replies in batches: what a batch was prepared for, other threads end meanwhile.
TEST(Threads, BatchesArePreparedForWhatOthersEnd) {
  Profile profile = tutorial();
  profile.max = 200;
  World world(profile, kThreads, 1);
  together([&](unsigned thread) {
    std::mt19937 random(thread);
    std::vector<Packet> packets(32);
    std::vector<Lookup> lookups(32);
    for (int i = 0; i < 4000; ++i) {
      for (Packet& packet : packets) {
        const auto id = static_cast<std::uint16_t>(random() % 48);
        packet = random() % 2 == 0 ? echo(A, B, id) : echo_reply(B, A, id);
      }
      world.tracker(thread).prepare(packets, lookups);
      for (std::size_t k = 0; k < packets.size(); ++k) {
        world.tracker(thread).observe(packets[k], lookups[k], 0);
        world.tracker(thread).confirm();
      }
    }
  });
  expect_consistent(world);
}

TEST(Threads, SavingAndRestoringBetweenPackets) {
  Profile profile = linux_6();
  profile.max = 2000;
  World from(profile, kThreads, 64);
  World to(profile, kThreads, 64);
  together([&](unsigned thread) {
    std::mt19937 random(thread);
    std::vector<SavedConnection> some(64);
    std::uint32_t cursor = 0;
    for (int i = 0; i < 20'000; ++i) {
      const Nanoseconds now = i * kNanosecondsPerMillisecond;
      if (thread == 0 && i % 16 == 0) {
        cursor = cursor == Tracker::kListed ? 0 : cursor;
        const std::size_t count = from.tracker(0).save(cursor, some, now);
        for (std::size_t k = 0; k < count; ++k) {
          EXPECT_NE(to.tracker(0).restore(some[k], now), Restored::not_valid);
        }
      }
      for (World* world : {&from, &to}) {
        Tracker& tracker = world->tracker(thread);
        const Observation seen = tracker.observe(any_packet(random), now);
        tracker.confirm();
        if (random() % 64 == 0) tracker.erase(seen.connection);
        for (Event event; world->ring(thread).pop(event);) {
        }
      }
    }
  });
  expect_consistent(from);
  expect_consistent(to);
  while (!to.tracker().expire(seconds(1'000'000))) {
  }
  EXPECT_EQ(to.table().size(), 0U);
}

// Data and its ACK move the deadline of a connection to and fro (300 s, five days) while other
// threads turn the wheel that it waits on: at the end each has its 300 s, and none waits for five
// days.
TEST(Threads, DeadlinesThatComeNearerAreMet) {
  using namespace tcp_flag;
  Profile profile = linux_6();
  profile.max = 4000;
  World world(profile, kThreads, 1);
  constexpr std::uint16_t kFlows = 200;
  for (std::uint16_t flow = 0; flow < kFlows; ++flow) {
    world.pass(segment(A, B, syn, 1000, 0, 0, flow), 0);
    world.pass(segment(B, A, syn | ack, 5000, 1001, 0, flow), 0);
    world.pass(segment(A, B, ack, 1001, 5001, 0, flow), 0);
  }
  constexpr int kRounds = 60;
  const auto moment = [](int round) { return seconds(round * 150); };
  together([&](unsigned thread) {
    Tracker& tracker = world.tracker(thread);
    for (int round = 1; round <= kRounds; ++round) {
      // Each thread speaks of its own flows, whose records wait on the first thread's wheel.
      for (std::uint16_t flow = static_cast<std::uint16_t>(thread); flow < kFlows;
           flow += kThreads) {
        const std::uint32_t sent = 1001 + static_cast<std::uint32_t>(round) * 10;
        tracker.observe(segment(B, A, ack, 5001, sent, 0, flow), moment(round));
        tracker.confirm();
        tracker.observe(segment(A, B, ack | psh, sent, 5001, 10, flow), moment(round));
        tracker.confirm();
        tracker.expire(moment(round));
      }
    }
  });
  EXPECT_EQ(world.table().size(), kFlows);
  while (!world.tracker().expire(moment(kRounds) + seconds(300))) {
  }
  EXPECT_EQ(world.table().size(), 0U);
}

// What idles with other threads may make the table full early, by no more than 48 and a claim each.
// Others list meanwhile, and see none that is not made yet.
TEST(Threads, TheTableIsFullButForWhatIdles) {
  for (const auto& [max, claim] : {std::pair{10'000U, 16U}, std::pair{70'000U, 64U}}) {
    Profile profile = tutorial();
    profile.max = max;
    World world(profile, kThreads, 1);
    together([&](unsigned thread) {
      Tracker& tracker = world.tracker(thread);
      const Host host(static_cast<std::uint8_t>(thread + 1));
      std::vector<Connection> some(64);
      std::uint32_t cursor = 0;
      for (unsigned i = 0; i < max / 2; ++i) {
        tracker.observe(udp(host, B, static_cast<std::uint16_t>(i), 1), 0);
        tracker.confirm();
        if (i % 64 != 0) continue;
        const std::size_t count = tracker.list(cursor, some);
        for (std::size_t k = 0; k < count; ++k) EXPECT_EQ(some[k].original.destination, B.address);
        if (cursor == Tracker::kListed) cursor = 0;
      }
    });
    EXPECT_LE(world.table().size(), max);
    EXPECT_GE(world.table().size(), max - (48 + claim) * kThreads);
    expect_consistent(world);
  }
}

}  // namespace
}  // namespace statewall
