#include "statewall/tracker.h"

#include <gtest/gtest.h>

#include <string>

#include "track/testing.h"

// What the tracker promises beyond its stories, which are told by the scenarios.

namespace statewall {
namespace {

using namespace testing;

TEST(Table, RefusesWhatItCannotBe) {
  alignas(64) std::byte memory[4096];
  TableConfig config;
  config.threads = 0;
  EXPECT_EQ(ConnectionTable::create(config, memory).error, ConfigError::threads);
  config.threads = 65;
  EXPECT_EQ(ConnectionTable::memory_needed(config), 0U);
  config = {};
  config.profile.max = 0;
  EXPECT_EQ(ConnectionTable::create(config, memory).error, ConfigError::max);
  config = {};
  config.profile.icmp_timeout = 2147484;
  EXPECT_EQ(ConnectionTable::create(config, memory).error, ConfigError::max);
  config = {};
  EXPECT_EQ(ConnectionTable::create(config, memory).error, ConfigError::memory);
  config.profile.max = config.profile.buckets = 1;
  EXPECT_LT(ConnectionTable::memory_needed(config), 16384U);
  std::vector<std::byte> big(100'000);
  std::byte* odd = big.data() + 64 - reinterpret_cast<std::uintptr_t>(big.data()) % 64 + 1;
  EXPECT_EQ(ConnectionTable::create(config, {odd, 50'000}).error, ConfigError::memory);
}

TEST(Table, TakesAtMost140BytesAConnection) {
  for (const std::uint32_t max : {100'000U, 1'000'000U, 10'000'000U}) {
    TableConfig config;
    config.profile.max = config.profile.buckets = max;
    EXPECT_LE(static_cast<double>(ConnectionTable::memory_needed(config)) / max, 140.5) << max;
  }
  TableConfig config;
  config.profile.max = 1'000'000;
  EXPECT_LE(ConnectionTable::memory_needed(config), 140'000'000U);
}

TEST(Tracker, ConnectionIdsAreNeverUsedTwiceAndFindOnlyTheirOwn) {
  World world;
  const Observation first = world.pass(echo(A, B, 7), 0);
  EXPECT_EQ(first.connection.number, 1U);
  ASSERT_TRUE(world.tracker().find(first.connection));
  world.pass(echo_reply(B, A, 7), 1);
  EXPECT_FALSE(world.tracker().find(first.connection)) << "replied to, and gone";
  const Observation second = world.pass(echo(A, B, 7), 2);
  EXPECT_EQ(second.connection.number, 2U);
  EXPECT_EQ(second.connection.slot, first.connection.slot) << "the place is used again";
  EXPECT_FALSE(world.tracker().find(first.connection));
  EXPECT_FALSE(world.tracker().erase(first.connection));
  EXPECT_FALSE(world.tracker().find(ConnectionId{0, first.connection.slot}));
  EXPECT_FALSE(world.tracker().find(ConnectionId{2, 1000}));
}

TEST(Tracker, TheFirstPacketUnderWayCanBeFound) {
  World world;
  const Observation seen = world.tracker().observe(echo(A, B, 7), 0);
  const auto found = world.tracker().find(seen.connection);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->status & status::confirmed, 0);
  EXPECT_EQ(found->deadline, 0);
  EXPECT_TRUE(world.connections().empty()) << "not in the table yet (B7)";
  world.tracker().drop();
  EXPECT_FALSE(world.tracker().find(seen.connection));
}

// B7: a packet that is neither confirmed nor dropped counts as dropped.
TEST(Tracker, APacketForgottenByTheCallerIsDropped) {
  World world;
  world.tracker().observe(echo(A, B, 7), 0);
  EXPECT_EQ(world.pass(echo_reply(B, A, 7), 1).reason, Reason::reply_without_query);
  EXPECT_EQ(world.table().counters().dropped, 1U);
}

// T9: an end waits for its packet to pass; who drops the reply keeps the entry.
TEST(Tracker, AReplyThatIsDroppedEndsNothing) {
  World world;
  world.pass(echo(A, B, 7), 0);
  EXPECT_EQ(world.tracker().observe(echo_reply(B, A, 7), 1).state, State::established);
  world.tracker().drop();
  EXPECT_EQ(world.table().size(), 1U);
  world.pass(echo_reply(B, A, 7), 2);
  EXPECT_EQ(world.table().size(), 0U);
}

// A31: under linux-2.4 the end takes effect at once, whatever becomes of the packet.
TEST(Tracker, UnderLinux24AReplyEndsAtOnce) {
  World world(linux_2_4());
  world.pass(echo(A, B, 7), 0);
  const Observation reply = world.tracker().observe(echo_reply(B, A, 7), 1);
  EXPECT_EQ(reply.state, State::established);
  EXPECT_NE(reply.status & status::dying, 0);
  world.tracker().drop();
  EXPECT_EQ(world.table().size(), 0U);
}

// An error about a reply says nothing of the query that was answered.
TEST(Tracker, AnErrorAboutAReplyClosesNoQuery) {
  World world;
  world.pass(echo(A, B, 7, 1), 0);
  world.pass(echo(A, B, 7, 2), 1);
  world.pass(echo_reply(B, A, 7, 1), 2);
  const Observation error = world.pass(error_about(echo_reply(B, A, 7, 1), C, 3, 1), 3);
  EXPECT_EQ(error.state, State::related);
  EXPECT_EQ(error.direction, Direction::original) << "C14: it goes to the replier";
  ASSERT_EQ(world.connections().size(), 1U);
  EXPECT_EQ(world.connections()[0].open_queries, 1U);
}

// A redirect or 3/4 about a query ends nothing: the query goes on, or a smaller one will.
TEST(Tracker, OnlyErrorsThatEndConnectionsCloseAQuery) {
  for (const std::uint8_t type : {std::uint8_t{3}, std::uint8_t{4}, std::uint8_t{5}}) {
    World world;
    world.pass(echo(A, B, 7), 0);
    EXPECT_EQ(world.pass(error_about(echo(A, B, 7), C, type, 4), 1).state, State::related);
    EXPECT_EQ(world.table().size(), 1U) << int{type};
  }
  World world;
  world.pass(echo(A, B, 7), 0);
  world.pass(error_about(echo(A, B, 7), C, 3, 1), 1);
  EXPECT_EQ(world.table().size(), 0U);
  EXPECT_EQ(world.events().back().cause, DestroyCause::error);
}

TEST(Tracker, ABatchGivesTheSameAnswersAsSinglePackets) {
  std::vector<Packet> packets;
  for (std::uint16_t id = 0; id < 8; ++id) {
    packets.push_back(echo(A, B, id));
    packets.push_back(echo_reply(B, A, id));
    packets.push_back(echo_reply(B, A, id));
    packets.push_back(udp(A, A, id, id));
    packets.push_back(udp(A, A, id, id));
  }
  World one;
  World batch;
  std::vector<Lookup> lookups(packets.size());
  batch.tracker().prepare(packets, lookups);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const Observation a = one.pass(packets[i], static_cast<Nanoseconds>(i));
    const Observation b =
        batch.tracker().observe(packets[i], lookups[i], static_cast<Nanoseconds>(i));
    batch.tracker().confirm();
    EXPECT_EQ(a.reason, b.reason) << i;
    EXPECT_EQ(a.connection, b.connection) << i;
  }
}

TEST(Tracker, ZonesNeverMeet) {
  World world;
  const Packet query = echo(A, B, 7);
  const Packet reply = echo_reply(B, A, 7);
  Lookup lookup;
  lookup.zone = 3;
  world.tracker().prepare({&query, 1}, {&lookup, 1});
  world.tracker().observe(query, lookup, 0);
  world.tracker().confirm();
  EXPECT_EQ(world.pass(reply, 1).state, State::invalid);
  world.tracker().prepare({&reply, 1}, {&lookup, 1});
  EXPECT_EQ(world.tracker().observe(reply, lookup, 2).state, State::established);
  EXPECT_EQ(world.connections()[0].zone, 3);
}

// B17: even what would be INVALID.
TEST(Tracker, NotrackIsUntracked) {
  World world;
  const Packet unsolicited = echo_reply(B, A, 7);
  Lookup lookup;
  lookup.notrack = true;
  world.tracker().prepare({&unsolicited, 1}, {&lookup, 1});
  EXPECT_EQ(world.tracker().observe(unsolicited, lookup, 0).state, State::untracked);
}

TEST(Tracker, TimeStandsStillUntilTheInputCatchesUp) {
  World world;
  world.pass(echo(A, B, 7), seconds(100));
  world.pass(udp(A, B, 1, 2), seconds(110));
  world.pass(echo(A, B, 8), seconds(50));
  EXPECT_EQ(world.connections()[2].deadline, seconds(140)) << "50 s counted as 110 s";
}

// Deadlines are kept in 32 bits of milliseconds; nothing may seem to come back when they wrap.
TEST(Tracker, LivesThroughTheWrapOfItsClock) {
  World world;
  Nanoseconds now = -seconds(5);
  std::uint64_t expected = 0;
  for (int i = 0; i < 400; ++i, now += seconds(86400 / 2)) {
    const Observation seen = world.pass(udp(A, B, 1, 2), now);
    EXPECT_EQ(seen.connection.number, ++expected);
    EXPECT_EQ(world.pass(udp(B, A, 2, 1), now + seconds(29.9)).state, State::established);
    EXPECT_EQ(world.table().size(), 1U);
  }
}

TEST(Tracker, AJumpOfTimeEndsEverything) {
  Profile profile = tutorial();
  profile.udp_timeout = 2147483;
  World world(profile);
  world.pass(udp(A, B, 1, 2), 0);
  world.pass(echo(A, B, 1), 0);
  world.events();
  // 2^32 ms later the deadlines would look as they did.
  const Observation later = world.pass(udp(A, B, 1, 2), seconds(4294967.296));
  EXPECT_EQ(later.reason, Reason::opens_udp);
  const auto events = world.events();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].cause, DestroyCause::expired);
  EXPECT_EQ(events[0].time, seconds(2147483)) << "told with the time at which it ran out";
  EXPECT_EQ(events[1].time, seconds(30));
  EXPECT_EQ(events[2].kind, EventKind::new_);
  EXPECT_EQ(world.pass(udp(A, B, 1, 2), std::numeric_limits<Nanoseconds>::max()).state,
            State::new_);
}

TEST(Tracker, AnyTimesAtAllAreTaken) {
  World world;
  for (const Nanoseconds now : {std::numeric_limits<Nanoseconds>::min(), Nanoseconds{0},
                                std::numeric_limits<Nanoseconds>::max(), Nanoseconds{-1}}) {
    world.pass(udp(A, B, 1, 2), now);
    world.tracker().expire(now);
  }
  EXPECT_EQ(world.table().size(), 1U);
}

// Deadlines are whole milliseconds, but nobody waits less than the profile says.
TEST(Tracker, DeadlinesRoundUp) {
  World world;
  world.pass(udp(A, B, 1, 2), 0);
  world.pass(echo(A, B, 7), 300'000);
  EXPECT_EQ(world.connections()[1].deadline, seconds(30.001));
  world.pass(echo(A, B, 8), 1'000'000);
  EXPECT_EQ(world.connections()[2].deadline, seconds(30.001));
  world.pass(echo(A, B, 9), 1'000'001);
  world.pass(echo(A, B, 10), 999'999);
  EXPECT_EQ(world.connections()[4].deadline, seconds(30.002));
}

// D29: gone for lookups at its very millisecond, whether anybody removed it or not.
TEST(Tracker, AnExpiredConnectionIsNotSeen) {
  World world;
  world.pass(echo(A, B, 7), 0);
  EXPECT_EQ(world.tracker().observe(echo_reply(B, A, 7), seconds(29.999)).state,
            State::established);
  world.tracker().drop();
  EXPECT_EQ(world.pass(echo_reply(B, A, 7), seconds(30)).reason, Reason::reply_without_query);
}

TEST(Tracker, ExpireWorksInSmallSteps) {
  Profile profile = tutorial();
  profile.max = 1000;
  World world(profile, 1, 4096);
  for (std::uint16_t id = 0; id < 1000; ++id) world.pass(echo(A, B, id), 0);
  std::size_t calls = 1;
  std::size_t before = world.table().size();
  while (!world.tracker().expire(seconds(30))) {
    EXPECT_LE(before - world.table().size(), Tracker::kRecordsPerCall);
    before = world.table().size();
    ASSERT_LT(++calls, 1000U);
  }
  EXPECT_EQ(world.table().size(), 0U);
  EXPECT_GT(calls, 1000U / Tracker::kRecordsPerCall);
}

// Data waits 300 s for its ACK, an acknowledged connection five days (E11): by turns the deadline
// comes nearer and goes away, and each is met, whether the wheel has come by in between or not.
TEST(Tracker, DeadlinesThatComeAndGoAreMet) {
  using namespace tcp_flag;
  for (const unsigned threads : {1U, 2U}) {
    for (const double pause : {1.0, 250.0, 1000.0}) {
      World world(linux_6(), threads);
      world.pass(segment(A, B, syn, 1000, 0), 0);
      world.pass(segment(B, A, syn | ack, 5000, 1001), 0);
      world.pass(segment(A, B, ack, 1001, 5001), 0);
      double now = 0;
      std::uint32_t sent = 1001;
      for (int turn = 0; turn < 5; ++turn) {
        now += pause;
        world.pass(segment(A, B, ack | psh, sent, 5001, 10), seconds(now));
        EXPECT_EQ(world.connections()[0].deadline, seconds(now + 300));
        if (turn == 4) break;
        sent += 10;
        world.pass(segment(B, A, ack, 5001, sent), seconds(now));
        EXPECT_EQ(world.connections()[0].deadline, seconds(now + 432'000));
        while (!world.tracker().expire(seconds(now + pause))) {
        }
        ASSERT_EQ(world.table().size(), 1U) << pause;
      }
      world.tracker().expire(seconds(now + 299.999));
      EXPECT_EQ(world.table().size(), 1U) << pause;
      world.tracker().expire(seconds(now + 300));
      EXPECT_EQ(world.table().size(), 0U) << threads << " threads, pauses of " << pause << " s";
    }
  }
}

// Without any call to expire the packets themselves keep the table clean.
TEST(Tracker, PacketsExpireWhatIsDue) {
  Profile profile = tutorial();
  profile.max = 2000;
  World world(profile, 1, 8192);
  for (std::uint16_t id = 0; id < 1000; ++id) world.pass(echo(A, B, id), 0);
  for (std::uint16_t id = 0; id < 500; ++id) world.pass(udp(A, B, id, 1), seconds(31));
  EXPECT_EQ(world.table().size(), 500U);
}

// More is due than one packet handles: of that some connection makes room, though all are ASSURED.
TEST(EarlyDrop, WhoseTimeRanOutMakesRoomFirst) {
  Profile profile = tutorial();
  profile.max = 200;
  World world(profile, 1, 8192);
  for (std::uint16_t port = 0; port < 200; ++port) {
    world.pass(udp(A, B, port, 2), 0);
    world.pass(udp(B, A, 2, port), 1);
    world.pass(udp(A, B, port, 2), 2);
  }
  ASSERT_EQ(world.table().size(), 200U);
  EXPECT_EQ(world.pass(echo(A, B, 1), seconds(179)).reason, Reason::table_full);
  world.events();
  EXPECT_EQ(world.pass(echo(A, B, 1), seconds(181)).state, State::new_);
  const auto events = world.events();
  ASSERT_GE(events.size(), 2U);
  EXPECT_EQ(events[0].cause, DestroyCause::expired);
  EXPECT_EQ(world.table().counters().evicted, 0U);
}

// G5: a FIN, or a RST that a firewall sends, puts it on its way out.
TEST(EarlyDrop, EvictsWhatIsAssuredButCloses) {
  using namespace tcp_flag;
  for (const bool by_fin : {true, false}) {
    Profile profile = linux_6();
    profile.max = 1;
    World world(profile);
    world.pass(segment(A, B, syn, 1000, 0), 0);
    world.pass(segment(B, A, syn | ack, 5000, 1001), 1);
    const Observation seen = world.pass(segment(A, B, ack, 1001, 5001), 2);
    EXPECT_EQ(seen.status & status::assured, status::assured);
    EXPECT_EQ(world.pass(echo(A, B, 1), 3).reason, Reason::table_full);
    if (by_fin) {
      EXPECT_EQ(world.pass(segment(A, B, fin | ack, 1001, 5001), 4).status, seen.status)
          << "what is told of it does not change";
    } else {
      EXPECT_TRUE(world.tracker().close_tcp(seen.connection));
    }
    EXPECT_EQ(world.pass(echo(A, B, 1), 5).state, State::new_);
    EXPECT_EQ(world.table().counters().evicted, 1U);
  }
}

TEST(EarlyDrop, EvictsWhatIsNotAssuredAndTellsOfIt) {
  Profile profile = tutorial();
  profile.max = 3;
  World world(profile);
  // A UDP stream is ASSURED with its third packet (D23).
  world.pass(udp(A, B, 1, 2), 0);
  world.pass(udp(B, A, 2, 1), 1);
  world.pass(udp(A, B, 1, 2), 2);
  world.pass(echo(A, B, 1), 3);
  world.pass(echo(A, B, 2), 4);
  world.events();
  EXPECT_EQ(world.pass(echo(A, B, 3), 5).state, State::new_);
  const auto events = world.events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].cause, DestroyCause::evicted);
  EXPECT_EQ(events[0].connection.original.icmp_id, 1) << "the one that stood longest";
  EXPECT_EQ(world.table().counters().evicted, 1U);
  EXPECT_EQ(world.pass(udp(B, A, 2, 1), 6).state, State::established) << "the stream lives";
}

// Nobody is refused for what another tracker has claimed and not used: it is passed over.
TEST(EarlyDrop, PassesOverWhatAnotherTrackerClaimed) {
  Profile profile = tutorial();
  profile.max = 65'536;
  World world(profile, 2, 1);
  for (std::uint16_t port = 0; port < 49; ++port) {
    world.tracker(1).observe(udp(A, B, port, 1), 0);
    world.tracker(1).confirm();
  }
  for (std::uint32_t i = 0; i < 2 * profile.max; ++i) {
    const Host client(static_cast<std::uint8_t>(i >> 16));
    world.pass(udp(client, B, static_cast<std::uint16_t>(i), 2), 0);
  }
  EXPECT_GT(world.table().counters().evicted, profile.max);
  EXPECT_EQ(world.table().counters().refused, 0U);
}

// B13: nothing to evict: the packet is dropped by the tracker, and has no state.
TEST(EarlyDrop, RefusesWhenAllAreAssured) {
  Profile profile = tutorial();
  profile.max = 1;
  World world(profile);
  world.pass(udp(A, B, 1, 2), 0);
  world.pass(udp(B, A, 2, 1), 1);
  world.pass(udp(A, B, 1, 2), 2);
  for (const Packet& packet : {echo(A, B, 1), echo_reply(A, B, 1), icmp(A, B, 9, 0, 0),
                               error_about(echo(B, A, 9), C, 3, 1)}) {
    const Observation refused = world.pass(packet, 3);
    EXPECT_EQ(refused.state, State::none) << "A18: whatever it is";
    EXPECT_EQ(refused.reason, Reason::table_full);
  }
  EXPECT_EQ(world.table().counters().refused, 4U);
}

// A first packet under way takes a place as well; it is not evicted by the next one.
TEST(EarlyDrop, AFullTableOfOneServesPacketAfterPacket) {
  Profile profile = tutorial();
  profile.max = 1;
  World world(profile);
  for (std::uint16_t id = 0; id < 100; ++id) {
    EXPECT_EQ(world.pass(echo(A, B, id), id).state, State::new_);
    EXPECT_EQ(world.table().size(), 1U);
  }
}

TEST(Events, AreCountedWhenTheRingIsFull) {
  World world(tutorial(), 1, 4);
  for (std::uint16_t id = 0; id < 10; ++id) world.pass(echo(A, B, id), 0);
  EXPECT_EQ(world.ring().lost(), 6U);
  const auto events = world.events();
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].connection.id.number, 1U);
  world.pass(echo(A, B, 100), 0);
  EXPECT_EQ(world.events().size(), 1U);
}

TEST(Events, CarryTheirPlaceInTheLifeOfTheConnection) {
  World world;
  world.pass(udp(A, B, 1, 2), 0);
  world.pass(udp(B, A, 2, 1), 1);
  world.pass(udp(A, B, 1, 2), 2);
  world.pass(udp(A, B, 1, 2), 3);
  world.tracker().expire(seconds(1000));
  std::string told;
  for (const Event& event : world.events()) {
    told += std::to_string(event.sequence) + std::string(name(event.kind)) +
            std::string(name(event.cause)) + " ";
  }
  EXPECT_EQ(told, "0NEW 1UPDATE 2UPDATE 3DESTROYexpired ");
}

TEST(Operator, DeletesAndMarks) {
  World world;
  const ConnectionId id = world.pass(echo(A, B, 7), 0).connection;
  EXPECT_TRUE(world.tracker().set_mark(id, 42));
  EXPECT_EQ(world.pass(echo(A, B, 7, 2), 1).mark, 42U);
  world.events();
  EXPECT_TRUE(world.tracker().erase(id));
  EXPECT_FALSE(world.tracker().set_mark(id, 1));
  EXPECT_EQ(world.events().at(0).cause, DestroyCause::flushed);
  EXPECT_EQ(world.table().size(), 0U);
}

// E6: a reset that is the first reply ends the connection at once, though rules judge the reset
// yet.
TEST(Tracker, TellsOfTheConnectionThatThePacketEnded) {
  World world(linux_6());
  const ConnectionId id = world.pass(tcp(A, B, 1, 2, tcp_flag::syn, 10), 0).connection;
  const Packet reset = tcp(B, A, 2, 1, tcp_flag::rst | tcp_flag::ack, 0, 11);
  EXPECT_EQ(world.tracker().observe(reset, 1).connection, id);
  EXPECT_EQ(world.table().size(), 0U);
  EXPECT_FALSE(world.tracker().find(id));
  const auto ended = world.tracker().ended(id);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->original.source_port, 1);
  EXPECT_FALSE(world.tracker().ended(ConnectionId{id.number + 1, id.slot}));
  world.tracker().confirm();
  EXPECT_FALSE(world.tracker().ended(id));
  // Nor is it there when the reset was dropped.
  const ConnectionId next = world.pass(tcp(A, B, 1, 2, tcp_flag::syn, 10), 2).connection;
  world.tracker().observe(reset, 3);
  world.tracker().drop();
  EXPECT_FALSE(world.tracker().ended(next));
}

TEST(Reasons, HaveUniqueSlugs) {
  std::vector<std::string_view> slugs;
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(std::count(slugs.begin(), slugs.end(), slug(reason)), 0);
    slugs.push_back(slug(reason));
    EXPECT_FALSE(sentence(reason).empty());
  }
}

}  // namespace
}  // namespace statewall
