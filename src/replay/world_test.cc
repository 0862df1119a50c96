#include "replay/world.h"

#include <gtest/gtest.h>

#include <vector>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::icmp;
using testing::ipv4;
using testing::read;

constexpr Nanoseconds kSecond = kNanosecondsPerSecond;

Packet query(std::uint16_t id) { return read(ipv4(1, icmp(8, 0, std::uint32_t{id} << 16 | 1))); }

std::unique_ptr<World> world_of(const WorldConfig& config = {}) {
  auto world = World::create(config);
  EXPECT_TRUE(world) << world.error().text();
  return std::move(*world);
}

TEST(World, NumbersGoOnFromThoseUsed) {
  const auto world = world_of({.numbers_used = 7});
  while (!world->advance(0)) {
  }
  const auto [observation, passed] = world->pass(query(1));
  EXPECT_TRUE(passed);
  EXPECT_EQ(observation.connection.number, 8);
  EXPECT_EQ(world->numbers_used(), 8);
  EXPECT_EQ(world->connections().at(0).id, observation.connection);
  EXPECT_EQ(world->find(observation.connection)->id, observation.connection);
  EXPECT_FALSE(world->find({1, observation.connection.slot}));
  Event event;
  ASSERT_TRUE(world->take_event(event));
  EXPECT_EQ(event.kind, EventKind::new_);
  EXPECT_EQ(event.connection.id.number, 8);
}

TEST(World, APacketThatIsNotLetOutLeavesNoEntry) {
  const auto world = world_of();
  while (!world->advance(0)) {
  }
  EXPECT_FALSE(world->pass(query(1), false).passed);
  EXPECT_EQ(world->size(), 0);
}

TEST(World, TimeStandsStillUntilItCatchesUp) {
  const auto world = world_of();
  EXPECT_FALSE(world->now());
  EXPECT_TRUE(world->advance(10 * kSecond));
  EXPECT_TRUE(world->advance(9 * kSecond));
  EXPECT_EQ(world->now(), 10 * kSecond);
}

// However many connections end in one pause, and however long it is.
TEST(World, NoEventIsLost) {
  constexpr std::uint16_t kPings = 20'000;
  for (const Nanoseconds pause : {31 * kSecond, Nanoseconds{1} << 55}) {
    const auto world = world_of();
    std::vector<Event> events;
    const auto keep = [&](const Event& event) { events.push_back(event); };
    world->advance(0, keep);
    for (std::uint16_t id = 0; id < kPings; ++id) {
      world->pass(query(id));
      world->take_events(keep);
    }
    EXPECT_EQ(events.size(), kPings);
    world->advance(pause, keep);
    EXPECT_EQ(world->now(), pause);
    EXPECT_EQ(events.size(), 2 * kPings);
    EXPECT_EQ(events.back().cause, DestroyCause::expired);
    EXPECT_EQ(events.back().time, 30 * kSecond);
  }
}

TEST(World, ASwitchOutOfRangeIsAnError) {
  WorldConfig config;
  config.profile.max = 0;
  const auto world = World::create(config);
  ASSERT_FALSE(world);
  EXPECT_EQ(world.error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace statewall
