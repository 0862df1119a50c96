#include "replay/world.h"

#include <gtest/gtest.h>

#include <vector>

#include "wire/build.h"
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
  const World::Passage passage = world->pass(query(1));
  const Observation& observation = passage.observation;
  EXPECT_TRUE(passage.passed);
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

using PacketBytes = std::vector<std::uint8_t>;

/// An echo request of 40 bytes, as two fragments.
struct Pieces {
  PacketBytes first, second;
};
Pieces pieces_of_a_ping() {
  PacketBytes message(40), packet(60);
  build_icmp(message, 8, 0, 7U << 16 | 1, PacketBytes(32));
  Ipv4Fields fields{.source = Address::ipv4(1), .destination = Address::ipv4(2), .protocol = 1};
  const auto piece = [&](std::size_t from, std::size_t length) {
    fields.fragment_offset = static_cast<std::uint16_t>(from);
    fields.more_fragments = from == 0;
    packet.resize(60);
    packet.resize(build_ipv4(packet, fields, std::span(message).subspan(from, length)));
    return packet;
  };
  return {piece(0, 24), piece(24, 16)};
}

TEST(World, TheFragmentThatCompletesADatagramHasItsState) {
  const Pieces pieces = pieces_of_a_ping();
  for (const bool in_order : {true, false}) {
    const auto world = world_of();
    const PacketBytes& first = in_order ? pieces.first : pieces.second;
    const PacketBytes& second = in_order ? pieces.second : pieces.first;
    const auto held = world->pass(read_ip(first), first);
    EXPECT_EQ(held.observation.reason, Reason::fragment_held);
    EXPECT_EQ(held.observation.state, State::none);
    EXPECT_EQ(held.observation.datagram, 1u);
    EXPECT_EQ(held.tracked, nullptr);
    EXPECT_EQ(world->size(), 0u);
    const auto whole = world->pass(read_ip(second), second);
    EXPECT_EQ(whole.observation.reason, Reason::opens_query);
    EXPECT_EQ(whole.observation.datagram, 1u);
    ASSERT_NE(whole.tracked, nullptr);
    EXPECT_EQ(whole.tracked->headers.icmp_id, 7);
    EXPECT_EQ(whole.tracked->ip_length, 60u);
    EXPECT_EQ(whole.tracked->l4_checksum, Checksum::good);
    EXPECT_EQ(world->size(), 1u);
  }
}

TEST(World, DroppedFragmentsDoNotPass) {
  const Pieces pieces = pieces_of_a_ping();
  const auto world = world_of();
  EXPECT_TRUE(world->pass(read_ip(pieces.first), pieces.first).passed);
  const auto again = world->pass(read_ip(pieces.first), pieces.first);
  EXPECT_EQ(again.observation.reason, Reason::fragment_repeated);
  EXPECT_FALSE(again.passed);
}

TEST(World, WithoutReassemblyFragmentsAreTrackedOneByOne) {
  WorldConfig config;
  config.profile.reassembly = 0;
  const auto world = world_of(config);
  const Pieces pieces = pieces_of_a_ping();
  EXPECT_EQ(world->pass(read_ip(pieces.first), pieces.first).observation.reason,
            Reason::opens_query);
  const auto later = world->pass(read_ip(pieces.second), pieces.second).observation;
  EXPECT_EQ(later.reason, Reason::later_fragment);
  EXPECT_EQ(later.state, State::invalid);
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
