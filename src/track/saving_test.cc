#include <gtest/gtest.h>

#include <functional>

#include "statewall/saved_connection.h"
#include "track/testing.h"

// Connections saved from one table and restored into another. That nothing is lost by it is held
// against random traffic in tests/model/restart_test.cc.

namespace statewall {
namespace {

using namespace testing;

std::vector<SavedConnection> save_all(World& world, Nanoseconds now, std::size_t at_once = 64) {
  std::vector<SavedConnection> all;
  std::vector<SavedConnection> some(at_once);
  for (std::uint32_t cursor = 0; cursor != Tracker::kListed;) {
    const std::size_t count = world.tracker().save(cursor, some, now);
    all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return all;
}

SavedConnection saved_after(const std::vector<Packet>& packets, const Profile& profile) {
  World world(profile);
  for (const Packet& packet : packets) world.pass(packet, 0);
  const auto all = save_all(world, 0);
  return all.empty() ? SavedConnection{} : all.front();
}

SavedConnection saved_udp() { return saved_after({udp(A, B, 1000, 53)}, linux_6()); }

std::vector<Packet> handshake() {
  using namespace tcp_flag;
  return {segment(A, B, syn, 1000, 0), segment(B, A, syn | ack, 5000, 1001),
          segment(A, B, ack, 1001, 5001)};
}

TEST(Saving, KeepsStatusMarkZoneTimeAndCounts) {
  Profile profile = linux_6();
  profile.acct = 1;
  World world(profile);
  Packet packet = udp(A, B, 1000, 53);
  packet.ip_length = 60;
  Lookup lookup;
  lookup.zone = 9;
  world.tracker().prepare({&packet, 1}, {&lookup, 1});
  const Observation seen = world.tracker().observe(packet, lookup, 0);
  world.tracker().confirm();
  world.tracker().set_mark(seen.connection, 77);

  const auto saved = save_all(world, seconds(10));
  ASSERT_EQ(saved.size(), 1U);
  EXPECT_EQ(saved[0].time_left, 20'000U);
  EXPECT_EQ(saved[0].kept, KeptPart::udp);

  World other(profile);
  EXPECT_EQ(other.tracker().restore(saved[0], seconds(5000)), Restored::restored);
  const auto connections = other.connections();
  ASSERT_EQ(connections.size(), 1U);
  EXPECT_EQ(connections[0].zone, 9);
  EXPECT_EQ(connections[0].mark, 77U);
  EXPECT_EQ(connections[0].status, status::confirmed);
  EXPECT_EQ(connections[0].deadline, seconds(5020));
  EXPECT_EQ(connections[0].original_count.packets, 1U);
  EXPECT_EQ(connections[0].original_count.bytes, 60U);
  EXPECT_EQ(connections[0].reply_count.packets, 0U);
  EXPECT_EQ(other.table().size(), 1U);
  EXPECT_EQ(other.table().counters().opened, 1U);
}

TEST(Saving, TellsNewOnce) {
  World world(linux_6());
  const SavedConnection saved = saved_udp();
  EXPECT_EQ(world.tracker().restore(saved, seconds(1)), Restored::restored);
  EXPECT_EQ(world.tracker().restore(saved, seconds(1)), Restored::already_there);
  const auto events = world.events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, EventKind::new_);
  EXPECT_EQ(events[0].time, seconds(1));
  EXPECT_EQ(events[0].connection.id.number, 1U);
  EXPECT_EQ(world.table().size(), 1U);
}

TEST(Saving, LeavesOutWhatExpiredAndWhatIsUnderWay) {
  World world(linux_6());
  world.pass(udp(A, B, 1, 53), 0);
  world.pass(udp(A, B, 2, 53), seconds(10));
  world.tracker().observe(udp(A, B, 3, 53), seconds(10));
  EXPECT_EQ(save_all(world, seconds(10)).size(), 2U);
  EXPECT_EQ(save_all(world, seconds(30)).size(), 1U);
  EXPECT_EQ(save_all(world, seconds(40)).size(), 0U);
}

// A table is saved bit by bit while packets flow: all as of the moment when that began.
TEST(Saving, AnEarlierMomentThanTheLatestPacket) {
  World world(linux_6());
  world.pass(udp(A, B, 1, 53), 0);
  world.pass(udp(A, B, 2, 53), seconds(10));
  const auto saved = save_all(world, seconds(5));
  ASSERT_EQ(saved.size(), 2U);
  EXPECT_EQ(saved[0].time_left, 25'000U);
  EXPECT_EQ(saved[1].time_left, 35'000U);
}

TEST(Saving, LooksAtNoMoreThanItMayReturn) {
  World world(linux_6());
  for (std::uint16_t port = 1; port <= 10; ++port) world.pass(udp(A, B, port, 53), 0);
  EXPECT_EQ(save_all(world, 0, 3).size(), 10U);
  std::uint32_t cursor = 0;
  std::vector<SavedConnection> some(4);
  EXPECT_EQ(world.tracker().save(cursor, some, 0), 4U);
  EXPECT_EQ(cursor, 4U);
}

TEST(Saving, TimeLeftRoundsUp) {
  World world(linux_6());
  world.pass(udp(A, B, 1, 53), 0);
  EXPECT_EQ(save_all(world, 1)[0].time_left, 30'000U);
  EXPECT_EQ(save_all(world, kNanosecondsPerMillisecond)[0].time_left, 29'999U);
  EXPECT_EQ(save_all(world, seconds(30) - 1)[0].time_left, 1U);
}

TEST(Saving, WithoutTimeItIsExpired) {
  World world(linux_6());
  SavedConnection saved = saved_udp();
  let_pass(saved, 29'999);
  EXPECT_EQ(saved.time_left, 1U);
  let_pass(saved, 1'000'000'000'000);
  EXPECT_EQ(saved.time_left, 0U);
  EXPECT_EQ(world.tracker().restore(saved, 0), Restored::expired);
  EXPECT_EQ(world.table().size(), 0U);
}

TEST(Saving, TimeThatPassesBringsTheStreamNearer) {
  SavedConnection saved = saved_udp();
  EXPECT_EQ(saved.udp_stream_in, 2000);
  let_pass(saved, 0);
  EXPECT_EQ(saved.udp_stream_in, 2000);
  let_pass(saved, 2001);
  EXPECT_EQ(saved.udp_stream_in, -1);
  let_pass(saved, ~0ULL);
  EXPECT_EQ(saved.udp_stream_in, -(1 << 30));
}

TEST(Saving, AFullTableEvictsNothing) {
  Profile profile = linux_6();
  profile.max = 1;
  World world(profile);
  world.pass(udp(A, B, 7, 7), 0);
  EXPECT_EQ(world.tracker().restore(saved_udp(), 0), Restored::no_room);
  EXPECT_EQ(world.table().size(), 1U);
  EXPECT_EQ(world.table().counters().evicted, 0U);
}

TEST(Saving, OneThatExpiredMakesWayForItsLike) {
  World world(linux_6());
  world.pass(udp(A, B, 1000, 53), 0);
  EXPECT_EQ(world.tracker().restore(saved_udp(), seconds(29)), Restored::already_there);
  EXPECT_EQ(world.tracker().restore(saved_udp(), seconds(30)), Restored::restored);
}

TEST(Saving, ThePacketUnderWayIsDropped) {
  World world(linux_6());
  world.tracker().observe(udp(A, B, 1000, 53), 0);
  EXPECT_EQ(world.tracker().restore(saved_udp(), 0), Restored::restored);
  world.tracker().confirm();
  EXPECT_EQ(world.connections().size(), 1U);
  EXPECT_EQ(world.table().counters().dropped, 1U);
}

TEST(Saving, WhatIsRestoredExpiresInItsTime) {
  World world(linux_6());
  world.tracker().restore(saved_udp(), seconds(100));
  world.tracker().expire(seconds(130) - 1);
  EXPECT_EQ(world.table().size(), 1U);
  world.tracker().expire(seconds(130));
  EXPECT_EQ(world.table().size(), 0U);
}

/// A change that makes a saved connection one that cannot be.
struct Lie {
  const char* name;
  const Profile& (*profile)();
  SavedConnection (*honest)();
  std::function<void(SavedConnection&)> tell;
};

SavedConnection honest_udp() { return saved_udp(); }
SavedConnection honest_tcp() { return saved_after(handshake(), linux_6()); }
SavedConnection honest_flags() { return saved_after(handshake(), linux_2_4()); }
SavedConnection honest_echo() { return saved_after({echo(A, B, 7)}, linux_6()); }
SavedConnection honest_other() { return saved_after({packet_between(A, B, 89)}, linux_6()); }
SavedConnection honest_gre() {
  return saved_after({packet_between(A, B, protocol::gre)}, linux_6());
}
SavedConnection honest_sctp() {
  Packet packet = packet_between(A, B, protocol::sctp);
  packet.headers.source_port = 9;
  packet.headers.destination_port = 10;
  packet.sctp.count = 1;
  packet.sctp.chunks[0] = SctpHeader::Chunk::init;
  packet.sctp.has_initiate_tag = true;
  packet.sctp.initiate_tag = 99;
  return saved_after({packet}, linux_6());
}

const Lie kLies[] = {
    {"family", linux_6, honest_udp, [](auto& s) { s.connection.original.family = Family{5}; }},
    {"no family", linux_6, honest_udp,
     [](auto& s) { s.connection.original.family = s.connection.reply.family = Family::none; }},
    {"two families", linux_6, honest_udp,
     [](auto& s) { s.connection.reply.family = Family::ipv6; }},
    {"long IPv4 address", linux_6, honest_udp,
     [](auto& s) {
       s.connection.original.source.bytes[15] = s.connection.reply.destination.bytes[15] = 1;
     }},
    {"two protocols", linux_6, honest_udp, [](auto& s) { s.connection.reply.protocol = 6; }},
    {"a translated address", linux_6, honest_udp,
     [](auto& s) { s.connection.reply.source.bytes[0] ^= 1; }},
    {"a translated port", linux_6, honest_udp, [](auto& s) { ++s.connection.reply.source_port; }},
    {"ports without a protocol for them", linux_6, honest_other,
     [](auto& s) { s.connection.original.source_port = s.connection.reply.destination_port = 1; }},
    {"ports of ICMP", linux_6, honest_echo,
     [](auto& s) { s.connection.original.source_port = s.connection.reply.destination_port = 1; }},
    {"ICMP fields of UDP", linux_6, honest_udp,
     [](auto& s) { s.connection.original.icmp_id = s.connection.reply.icmp_id = 1; }},
    {"a reply that opens", linux_6, honest_echo,
     [](auto& s) { std::swap(s.connection.original, s.connection.reply); }},
    {"an error that opens", linux_6, honest_echo,
     [](auto& s) { s.connection.original.icmp_type = s.connection.reply.icmp_type = 3; }},
    {"ICMP of the other family", linux_6, honest_other,
     [](auto& s) { s.connection.original.protocol = s.connection.reply.protocol = 58; }},
    {"IPv6 where it is not tracked", linux_2_4, honest_other,
     [](auto& s) { s.connection.original.family = s.connection.reply.family = Family::ipv6; }},
    {"GRE's key where keys are not known", linux_2_4, honest_gre,
     [](auto& s) { s.connection.original.source_port = s.connection.reply.destination_port = 1; }},
    {"SCTP's ports where SCTP is not known", linux_2_4, honest_sctp, [](auto&) {}},
    {"unconfirmed", linux_6, honest_udp, [](auto& s) { s.connection.status = 0; }},
    {"dying", linux_6, honest_udp, [](auto& s) { s.connection.status |= status::dying; }},
    {"an unknown status", linux_6, honest_udp, [](auto& s) { s.connection.status |= 0x80; }},
    {"too much time", linux_6, honest_udp, [](auto& s) { s.time_left = kMostTimeLeft + 1; }},
    {"an unknown part", linux_6, honest_udp, [](auto& s) { s.kept = KeptPart{6}; }},
    {"a TCP state of UDP", linux_6, honest_udp,
     [](auto& s) { s.connection.tcp_state = TcpState::close; }},
    {"an SCTP state of UDP", linux_6, honest_udp,
     [](auto& s) { s.connection.sctp_state = SctpState::closed; }},
    {"queries of UDP", linux_6, honest_udp, [](auto& s) { s.connection.open_queries = 1; }},
    {"no TCP state", linux_6, honest_tcp, [](auto& s) { s.connection.tcp_state = TcpState::none; }},
    {"an unknown TCP state", linux_6, honest_tcp,
     [](auto& s) { s.connection.tcp_state = TcpState{10}; }},
    {"a large scale", linux_6, honest_tcp, [](auto& s) { s.tcp.sides[1].scale = 15; }},
    {"a large scale of an ignored SYN", linux_6, honest_tcp,
     [](auto& s) { s.tcp.last_scale = 15; }},
    {"an unknown event", linux_6, honest_tcp, [](auto& s) { s.tcp.last_event = 6; }},
    {"an unknown direction", linux_6, honest_tcp, [](auto& s) { s.tcp.last_direction = 2; }},
    {"no TCP state by flags", linux_2_4, honest_flags,
     [](auto& s) { s.connection.tcp_state = TcpState::none; }},
    {"SYN_SENT2 by flags", linux_2_4, honest_flags,
     [](auto& s) { s.connection.tcp_state = TcpState::syn_sent2; }},
    {"an unknown SCTP state", linux_6, honest_sctp,
     [](auto& s) { s.connection.sctp_state = SctpState{9}; }},
    {"an unknown way of SCTP", linux_6, honest_sctp, [](auto& s) { s.sctp.last_way = 2; }},
};

TEST(Saving, RefusesWhatCannotBe) {
  for (const Lie& lie : kLies) {
    World world(lie.profile());
    SavedConnection saved = lie.honest();
    lie.tell(saved);
    EXPECT_EQ(world.tracker().restore(saved, 0), Restored::not_valid) << lie.name;
    EXPECT_EQ(world.table().size(), 0U) << lie.name;
    EXPECT_TRUE(world.events().empty()) << lie.name;
  }
}

TEST(Saving, TakesTheSameWithoutTheLie) {
  for (const Lie& lie : kLies) {
    World world(linux_6());
    const SavedConnection saved = lie.honest();
    const Restored outcome = world.tracker().restore(saved, 0);
    EXPECT_EQ(outcome, Restored::restored) << lie.name;
  }
}

TEST(Saving, RepliesAreMirrors) {
  for (const Lie& lie : kLies) {
    const Connection connection = lie.honest().connection;
    EXPECT_EQ(reply_of(connection.original), connection.reply) << lie.name;
  }
}

// Of a connection of which only the state is known no number is held against it, and what goes on
// goes on.
TEST(Saving, TcpWithoutNumbersGoesOnAsIfPickedUpMidstream) {
  using namespace tcp_flag;
  World world(linux_6());
  SavedConnection saved = honest_tcp();
  saved.kept = KeptPart::nothing;
  saved.connection.status |= status::assured;
  ASSERT_EQ(world.tracker().restore(saved, 0), Restored::restored);
  EXPECT_EQ(world.pass(segment(B, A, ack, 900'000, 70'000, 1400), 1).reason,
            Reason::reply_direction);
  EXPECT_EQ(world.pass(segment(A, B, ack, 70'000, 901'400), 2).state, State::established);
  EXPECT_EQ(world.pass(segment(B, A, ack | psh, 1'901'400, 70'000, 1400), 3).state,
            State::established)
      << "the window scaling is not known";
  EXPECT_EQ(world.pass(segment(A, B, fin | ack, 70'000, 1'902'800), 4).state, State::established);
  EXPECT_EQ(world.connections()[0].tcp_state, TcpState::fin_wait);
}

TEST(Saving, ASynOpensAgainWhatWasClosingWithoutNumbers) {
  using namespace tcp_flag;
  World world(linux_6());
  SavedConnection saved = honest_tcp();
  saved.kept = KeptPart::nothing;
  saved.connection.tcp_state = TcpState::time_wait;
  ASSERT_EQ(world.tracker().restore(saved, 0), Restored::restored);
  EXPECT_EQ(world.pass(segment(A, B, syn, 1, 0), 1).reason, Reason::opens_syn);
}

TEST(Saving, TcpFromATableByFlagsToOneByWindowsAndBack) {
  using namespace tcp_flag;
  World windows(linux_6());
  ASSERT_EQ(windows.tracker().restore(honest_flags(), 0), Restored::restored);
  EXPECT_EQ(windows.pass(segment(B, A, ack, 5001, 1001, 100), 1).state, State::established);
  World flags(linux_2_4());
  ASSERT_EQ(flags.tracker().restore(honest_tcp(), 0), Restored::restored);
  EXPECT_EQ(flags.pass(segment(B, A, ack, 5001, 1001, 100), 1).state, State::established);
}

TEST(Saving, UdpOfUnknownAgeBecomesAStreamAsANewOne) {
  World world(linux_6());
  SavedConnection saved = saved_udp();
  saved.kept = KeptPart::nothing;
  saved.connection.status |= status::seen_reply;
  ASSERT_EQ(world.tracker().restore(saved, 0), Restored::restored);
  world.pass(udp(A, B, 1000, 53), seconds(2));
  EXPECT_EQ(world.connections()[0].status & status::assured, 0);
  world.pass(udp(A, B, 1000, 53), seconds(2.001));
  EXPECT_NE(world.connections()[0].status & status::assured, 0);
}

// E20.
TEST(Saving, RepetitionsOfOneAckAreCountedOn) {
  std::vector<Packet> packets = handshake();
  for (int i = 0; i < 2; ++i) packets.push_back(packets[2]);
  World world(linux_6());
  ASSERT_EQ(world.tracker().restore(saved_after(packets, linux_6()), 0), Restored::restored);
  EXPECT_EQ(world.connections()[0].deadline, seconds(432'000));
  world.pass(packets[2], 0);
  EXPECT_EQ(world.connections()[0].deadline, seconds(300));
}

Packet sctp(Host from, Host to, std::uint32_t tag, SctpHeader::Chunk chunk) {
  Packet packet = packet_between(from, to, protocol::sctp);
  packet.headers.source_port = from.address == A.address ? 9 : 10;
  packet.headers.destination_port = from.address == A.address ? 10 : 9;
  packet.sctp.count = 1;
  packet.sctp.tag = tag;
  packet.sctp.chunks[0] = chunk;
  return packet;
}

SavedConnection established_sctp() {
  SavedConnection saved = honest_sctp();
  saved.connection.sctp_state = SctpState::established;
  saved.connection.status |= status::seen_reply;
  return saved;
}

// E27: without tags data is refused until each side has sent a heartbeat.
TEST(Saving, SctpWithoutTagsLearnsThemFromHeartbeats) {
  using Chunk = SctpHeader::Chunk;
  World world(linux_6());
  SavedConnection saved = established_sctp();
  saved.kept = KeptPart::nothing;
  ASSERT_EQ(world.tracker().restore(saved, 0), Restored::restored);
  EXPECT_EQ(world.pass(sctp(A, B, 5, Chunk::other), 1).reason, Reason::sctp_tag);
  EXPECT_EQ(world.pass(sctp(A, B, 5, Chunk::heartbeat), 2).state, State::established);
  EXPECT_EQ(world.pass(sctp(A, B, 5, Chunk::other), 3).state, State::established);
}

TEST(Saving, AHeartbeatOfAnotherTagMayBeAnsweredAfterwards) {
  using Chunk = SctpHeader::Chunk;
  World world(linux_6());
  SavedConnection saved = established_sctp();
  saved.sctp.tags = {7, 99};
  ASSERT_EQ(world.tracker().restore(saved, 0), Restored::restored);
  EXPECT_EQ(world.pass(sctp(B, A, 5, Chunk::heartbeat), 1).state, State::established);
  World other(linux_6());
  ASSERT_EQ(other.tracker().restore(save_all(world, 1).at(0), 1), Restored::restored);
  EXPECT_EQ(other.pass(sctp(A, B, 8, Chunk::heartbeat_ack), 2).state, State::established);
}

}  // namespace
}  // namespace statewall
