#include "tests/model/slow_tracker.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include "tests/model/traffic.h"

// The slow tracker is what the fast one is measured by, so it is itself held to the specification
// here, story by story.

namespace statewall {

void PrintTo(State state, std::ostream* out) { *out << name(state); }
void PrintTo(Reason reason, std::ostream* out) { *out << slug(reason); }
void PrintTo(TcpState state, std::ostream* out) { *out << name(state); }

namespace model {
namespace {

constexpr Nanoseconds kSecond = kNanosecondsPerSecond;

Message icmp(std::uint8_t type, std::uint8_t from, std::uint8_t to, std::uint16_t sequence = 1) {
  Message message;
  message.type = type;
  message.from = from;
  message.to = to;
  message.id = 33029;
  message.icmp_sequence = sequence;
  return message;
}

Message query(std::uint16_t sequence = 1) { return icmp(8, 0, 1, sequence); }
Message reply(std::uint16_t sequence = 1) { return icmp(0, 1, 0, sequence); }

Message udp(std::uint8_t from, std::uint8_t to) {
  Message message;
  message.protocol = protocol::udp;
  message.from = from;
  message.to = to;
  message.source_port = from < to ? 1000 : 53;
  message.destination_port = from < to ? 53 : 1000;
  return message;
}

Message tcp(std::uint8_t from, std::uint8_t to, std::uint8_t flags, std::uint32_t sequence = 0,
            std::uint32_t acknowledgement = 0) {
  Message message = udp(from, to);
  message.protocol = protocol::tcp;
  message.flags = flags;
  message.sequence = sequence;
  message.acknowledgement = acknowledgement;
  return message;
}

/// A slow tracker, and a clock that the test moves.
class Wall {
 public:
  explicit Wall(Profile profile = tutorial()) : tracker(profile) {}

  Observation see(const Message& message, Fate fate = Fate::confirm) {
    return see(write(message), fate);
  }

  /// An ICMP error about `quoted`, sent by a router to the sender of that.
  Observation error(std::uint8_t type, std::uint8_t code, const Message& quoted,
                    Fate fate = Fate::confirm) {
    Message message = icmp(type, 3, quoted.from);
    message.code = code;
    message.id = 0;
    return see(write(message, write(quoted).span()), fate);
  }

  Observation see(const Bytes& bytes, Fate fate = Fate::confirm) {
    Step step;
    step.bytes = bytes;
    step.original_length = bytes.size;
    const Observation observation = tracker.observe(read(step), zone, notrack, now);
    if (fate == Fate::confirm) tracker.confirm();
    if (fate == Fate::drop) tracker.drop();
    return observation;
  }

  std::size_t count() {
    tracker.advance(now);
    return tracker.entries().size();
  }
  Connection only() {
    tracker.advance(now);
    EXPECT_EQ(tracker.entries().size(), 1u);
    return tracker.entries().empty() ? Connection{} : tracker.entries()[0];
  }
  std::int64_t seconds_left() { return (only().deadline - now) / kSecond; }
  bool has(std::uint8_t bit) { return (only().status & bit) != 0; }

  SlowTracker tracker;
  Nanoseconds now = 1000 * kSecond;
  Zone zone = 0;
  bool notrack = false;
};

#define EXPECT_SEEN(observation, expected_state, expected_reason) \
  do {                                                            \
    const Observation seen = (observation);                       \
    EXPECT_EQ(seen.state, State::expected_state);                 \
    EXPECT_EQ(seen.reason, Reason::expected_reason);              \
  } while (false)

TEST(SlowTracker, QueryIsNewAndReplyEstablished_T2) {
  for (const auto& [asks, answers] : {std::pair{8, 0}, {13, 14}, {15, 16}, {17, 18}}) {
    Wall wall;
    const auto type = static_cast<std::uint8_t>(asks);
    EXPECT_SEEN(wall.see(icmp(type, 0, 1)), new_, opens_query);
    const Observation back = wall.see(icmp(static_cast<std::uint8_t>(answers), 1, 0));
    EXPECT_SEEN(back, established, replies_to_query);
    EXPECT_EQ(back.direction, Direction::reply);
    EXPECT_EQ(back.connection.number, 1u);
  }
}

TEST(SlowTracker, FurtherQueryIsNewAlways_T2) {
  Wall wall;
  wall.see(query(1));
  wall.see(query(2));
  EXPECT_SEEN(wall.see(reply(1)), established, replies_to_query);
  EXPECT_SEEN(wall.see(query(3)), new_, further_query);
}

TEST(SlowTracker, EntryIsUnrepliedUntilTheReply_T6) {
  Wall wall;
  wall.see(query(1));
  EXPECT_FALSE(wall.has(status::seen_reply));
  wall.see(query(2));
  EXPECT_FALSE(wall.has(status::seen_reply));
  wall.see(reply(1));
  EXPECT_TRUE(wall.has(status::seen_reply));
}

TEST(SlowTracker, ExpectedReplyIsTheInverse_T7) {
  Wall wall;
  Message asked = icmp(13, 0, 1);
  asked.code = 5;
  wall.see(asked);
  const Connection entry = wall.only();
  EXPECT_EQ(entry.original.source, kHosts[0]);
  EXPECT_EQ(entry.original.icmp_type, 13);
  EXPECT_EQ(entry.reply.source, kHosts[1]);
  EXPECT_EQ(entry.reply.destination, kHosts[0]);
  EXPECT_EQ(entry.reply.icmp_type, 14);
  EXPECT_EQ(entry.reply.icmp_code, 5);
  EXPECT_EQ(entry.reply.icmp_id, 33029);
}

TEST(SlowTracker, ReplyMustMatchInAll_T8) {
  Wall wall;
  wall.see(query());
  Message other_host = reply();
  other_host.from = 2;
  Message other_code = reply();
  other_code.code = 1;
  Message other_id = reply();
  other_id.id = 1;
  Message other_type = reply();
  other_type.type = 14;
  for (const Message& wrong : {other_host, other_code, other_id, other_type, icmp(0, 0, 1)}) {
    EXPECT_SEEN(wall.see(wrong), invalid, reply_without_query);
  }
  EXPECT_FALSE(wall.has(status::seen_reply));
  EXPECT_SEEN(wall.see(icmp(8, 1, 0)), new_, opens_query);  // A8: the reverse query is its own
}

TEST(SlowTracker, ReplyEndsTheEntryOnceItHasPassed_T9) {
  Wall wall;
  wall.see(query());
  EXPECT_SEEN(wall.see(reply(), Fate::drop), established, replies_to_query);
  EXPECT_EQ(wall.count(), 1u);
  EXPECT_SEEN(wall.see(reply()), established, replies_to_query);
  EXPECT_EQ(wall.count(), 0u);
  EXPECT_SEEN(wall.see(reply()), invalid, reply_without_query);
  const std::vector<Happening> happened = wall.tracker.take_happenings();
  ASSERT_EQ(happened.size(), 3u);
  EXPECT_EQ(happened[0], (Happening{1, EventKind::new_, DestroyCause::none}));
  EXPECT_EQ(happened[1], (Happening{1, EventKind::update, DestroyCause::none}));
  EXPECT_EQ(happened[2], (Happening{1, EventKind::destroy, DestroyCause::replied}));
}

TEST(SlowTracker, ReplyToTheNewestQueryEndsTheEntry_T9) {
  Wall wall;
  wall.see(query(65535));
  wall.see(query(0));  // newer, by serial arithmetic
  wall.see(query(65534));
  EXPECT_EQ(wall.only().open_queries, 3u);
  wall.see(reply(65535));
  EXPECT_EQ(wall.only().open_queries, 2u);
  wall.see(reply(0));
  EXPECT_EQ(wall.count(), 0u);
}

TEST(SlowTracker, DroppedQueryOpensNothing_T9) {
  Wall wall;
  wall.see(query(1));
  wall.see(query(2), Fate::drop);
  EXPECT_EQ(wall.only().open_queries, 1u);
  wall.see(query(1), Fate::neither);  // neither is as good as dropped
  wall.see(reply(1));
  EXPECT_EQ(wall.count(), 0u);
}

TEST(SlowTracker, QueryWaitsThirtySeconds_T10) {
  Wall wall;
  wall.see(query(1));
  wall.now += 30 * kSecond - 1'000'000;
  EXPECT_EQ(wall.count(), 1u);
  wall.see(query(2));
  EXPECT_EQ(wall.seconds_left(), 30);
  wall.now += 10 * kSecond;
  wall.see(reply(1));  // does not restart it
  EXPECT_EQ(wall.seconds_left(), 20);
  wall.now += 20 * kSecond;
  EXPECT_SEEN(wall.see(reply(2)), invalid, reply_without_query);
  EXPECT_EQ(wall.tracker.take_happenings().back().cause, DestroyCause::expired);
}

TEST(SlowTracker, TimeNeverRunsBackwards) {
  Wall wall;
  wall.see(query());
  wall.now -= 500 * kSecond;
  wall.see(query(2));
  wall.now += 530 * kSecond - 1;
  EXPECT_EQ(wall.count(), 1u);  // deadlines are whole milliseconds
  wall.now += 1;
  EXPECT_EQ(wall.count(), 0u);
}

TEST(SlowTracker, UnreachableEndsTcp_T13) {
  Wall wall;
  const Message syn = tcp(0, 1, tcp_flag::syn);
  EXPECT_SEEN(wall.see(syn), new_, opens_syn);
  EXPECT_SEEN(wall.error(3, 0, syn, Fate::drop), related, quotes_connection);
  EXPECT_EQ(wall.count(), 1u);
  const Observation error = wall.error(3, 0, syn);
  EXPECT_SEEN(error, related, quotes_connection);
  EXPECT_EQ(error.direction, Direction::reply);
  EXPECT_EQ(error.related_to.number, 1u);
  EXPECT_EQ(wall.count(), 0u);
  EXPECT_EQ(wall.tracker.take_happenings().back().cause, DestroyCause::error);
}

TEST(SlowTracker, ProhibitedEndsUdp_T14) {
  Wall wall;
  wall.see(udp(0, 1));
  EXPECT_SEEN(wall.error(3, 9, udp(0, 1)), related, quotes_connection);
  EXPECT_EQ(wall.count(), 0u);
}

TEST(SlowTracker, EveryErrorAboutUdpIsRelated_T15) {
  struct Case {
    std::uint8_t type, code;
    bool ends;
  };
  for (const Case& c : std::vector<Case>{{3, 1, true},
                                         {3, 4, false},
                                         {4, 0, false},
                                         {5, 1, false},
                                         {11, 0, true},
                                         {12, 77, true}}) {
    Wall wall;
    wall.see(udp(0, 1));
    EXPECT_SEEN(wall.error(c.type, c.code, udp(0, 1)), related, quotes_connection);
    EXPECT_EQ(wall.count(), c.ends ? 0u : 1u) << int{c.type} << '/' << int{c.code};
  }
}

TEST(SlowTracker, ErrorAboutAReplyGoesInOriginalDirection_C4) {
  Wall wall(linux_2_4());
  wall.see(udp(0, 1));
  wall.see(udp(1, 0));
  const Observation error = wall.error(3, 3, udp(1, 0));
  EXPECT_SEEN(error, related, quotes_connection);
  EXPECT_EQ(error.direction, Direction::original);
  EXPECT_EQ(wall.count(), 1u);  // C17: no kernel ends it
}

TEST(SlowTracker, ErrorAboutAQueryClosesOne) {
  Wall wall;
  wall.see(query(1));
  wall.see(query(2));
  EXPECT_SEEN(wall.error(11, 0, query(1)), related, quotes_connection);
  EXPECT_EQ(wall.only().open_queries, 1u);
  wall.error(11, 0, query(2));
  EXPECT_EQ(wall.count(), 0u);

  Wall classic(linux_2_4());  // C18
  classic.see(query());
  classic.error(11, 0, query());
  EXPECT_EQ(classic.only().open_queries, 1u);
}

TEST(SlowTracker, WhatEndsNoConnectionClosesNoQuery) {
  Wall wall;
  wall.see(query());
  wall.error(5, 1, query());
  wall.error(4, 0, query());
  wall.error(3, 4, query());
  EXPECT_EQ(wall.only().open_queries, 1u);
  EXPECT_SEEN(wall.see(reply()), established, replies_to_query);
}

TEST(SlowTracker, ErrorAboutAReplyClosesNothing) {
  Wall wall;
  wall.see(query(1));
  wall.see(query(2));
  wall.see(reply(1));
  EXPECT_SEEN(wall.error(3, 1, reply(1)), related, quotes_connection);
  EXPECT_EQ(wall.only().open_queries, 1u);
}

TEST(SlowTracker, ErrorMustGoToTheSenderOfTheQuote_C12) {
  Message error = icmp(3, 3, 2);
  error.code = 1;
  const Bytes astray = write(error, write(udp(0, 1)).span());
  Wall wall;
  wall.see(udp(0, 1));
  EXPECT_SEEN(wall.see(astray), invalid, error_misdirected);
  EXPECT_EQ(wall.count(), 1u);

  Wall classic(linux_2_4());
  classic.see(udp(0, 1));
  EXPECT_SEEN(classic.see(astray), related, quotes_connection);
}

TEST(SlowTracker, QuotesThatTellNothing) {
  Wall wall;
  wall.see(udp(0, 1));
  wall.see(query());
  const auto about = [](const Bytes& quote, std::size_t size) {
    return write(icmp(3, 3, 0), quote.span().first(size));
  };
  EXPECT_SEEN(wall.see(about(write(udp(0, 1)), 19)), invalid, quote_short);  // C5
  EXPECT_SEEN(wall.see(about(write(udp(0, 1)), 27)), invalid, quote_short);  // C6
  EXPECT_SEEN(wall.see(about(write(query()), 27)), invalid, quote_short);    // C7
  EXPECT_SEEN(wall.error(3, 1, udp(1, 2)), invalid, quotes_unknown);         // A19
  EXPECT_SEEN(wall.error(3, 1, icmp(3, 0, 1)), invalid, quote_untracked);    // C15
  Message later = udp(0, 1);
  later.fragment_offset = 8;
  EXPECT_SEEN(wall.error(3, 1, later), invalid, quote_fragment);  // C10
  Message first = udp(0, 1);
  first.more_fragments = true;
  Bytes broken = write(icmp(3, 3, 0), write(first).span());
  broken.data[22] ^= 1;
  EXPECT_SEEN(wall.see(broken), invalid, icmp_checksum);  // A15
  EXPECT_EQ(wall.count(), 2u);
  EXPECT_SEEN(wall.error(3, 1, first), related, quotes_connection);
}

TEST(SlowTracker, ClassicReplyEndsAtOnce_A26_A27) {
  Wall wall(linux_2_4());
  EXPECT_SEEN(wall.see(query()), new_, opens_query);
  const Observation back = wall.see(reply(), Fate::drop);
  EXPECT_SEEN(back, established, replies_to_query);
  EXPECT_NE(back.status & status::dying, 0);
  EXPECT_EQ(wall.count(), 0u);
  EXPECT_SEEN(wall.see(reply()), invalid, reply_without_query);
}

TEST(SlowTracker, ClassicFurtherQueryAfterAReply_A25_A28) {
  Wall wall(linux_2_4());
  wall.see(query(1));
  EXPECT_SEEN(wall.see(query(2)), new_, still_unreplied);
  wall.see(reply(1));
  EXPECT_SEEN(wall.see(query(3)), established, query_answered_before);
}

TEST(SlowTracker, AsManyRepliesAsQueries_A29) {
  Wall wall(linux_2_4());
  for (std::uint16_t i = 1; i <= 3; ++i) wall.see(query(i));
  for (std::uint16_t i = 3; i >= 1; --i) {
    EXPECT_EQ(wall.count(), 1u);
    EXPECT_SEEN(wall.see(reply(i)), established, replies_to_query);
  }
  EXPECT_EQ(wall.count(), 0u);
}

TEST(SlowTracker, UdpIsAStreamFromThePacketAfterTheFirstReply_D23) {
  Wall wall(linux_2_4());
  EXPECT_SEEN(wall.see(udp(0, 1)), new_, opens_udp);
  EXPECT_SEEN(wall.see(udp(0, 1)), new_, still_unreplied);
  EXPECT_SEEN(wall.see(udp(1, 0)), established, first_reply);
  EXPECT_EQ(wall.seconds_left(), 30);
  EXPECT_FALSE(wall.has(status::assured));
  EXPECT_SEEN(wall.see(udp(1, 0)), established, reply_direction);
  EXPECT_EQ(wall.seconds_left(), 180);
  EXPECT_TRUE(wall.has(status::assured));
  EXPECT_SEEN(wall.see(udp(0, 1)), established, after_reply);
}

TEST(SlowTracker, FirstTcpPacketTellsTheState_E23) {
  struct Case {
    std::uint8_t flags;
    Reason reason;
    TcpState state;
    std::int64_t seconds;
  };
  const std::vector<Case> cases = {
      {tcp_flag::syn, Reason::opens_syn, TcpState::syn_sent, 120},
      {tcp_flag::syn | tcp_flag::ack, Reason::opens_midstream, TcpState::syn_sent, 120},
      {tcp_flag::ack, Reason::opens_midstream, TcpState::established, 432000},
      {tcp_flag::fin, Reason::opens_midstream, TcpState::time_wait, 120}};
  for (const Case& c : cases) {
    Wall wall;
    EXPECT_EQ(wall.see(tcp(0, 1, c.flags)).reason, c.reason);
    EXPECT_EQ(wall.only().tcp_state, c.state);
    EXPECT_EQ(wall.seconds_left(), c.seconds);
  }
  Wall wall;
  EXPECT_SEEN(wall.see(tcp(0, 1, tcp_flag::psh)), invalid, tcp_no_flags);
  EXPECT_EQ(wall.count(), 0u);
}

TEST(SlowTracker, HandshakeMakesItAssured_E24) {
  for (const std::uint32_t acknowledged : {501u, 500u}) {
    Wall wall;
    wall.see(tcp(0, 1, tcp_flag::syn, 100));
    EXPECT_SEEN(wall.see(tcp(1, 0, tcp_flag::syn | tcp_flag::ack, 500, 101)), established,
                first_reply);
    EXPECT_EQ(wall.only().tcp_state, TcpState::syn_recv);
    EXPECT_EQ(wall.seconds_left(), 60);
    EXPECT_SEEN(wall.see(tcp(0, 1, tcp_flag::ack, 101, acknowledged)), established, after_reply);
    EXPECT_EQ(wall.only().tcp_state, TcpState::established);
    EXPECT_EQ(wall.has(status::assured), acknowledged == 501);
    EXPECT_SEEN(wall.see(tcp(0, 1, 0)), invalid, tcp_no_flags);
  }
}

TEST(SlowTracker, WithoutASynAckNothingIsAssured_E24) {
  Wall wall;
  wall.see(tcp(0, 1, tcp_flag::syn));
  wall.see(tcp(1, 0, tcp_flag::syn));  // both open at once
  EXPECT_EQ(wall.only().tcp_state, TcpState::syn_recv);
  wall.see(tcp(0, 1, tcp_flag::ack, 1, 0));
  EXPECT_EQ(wall.only().tcp_state, TcpState::established);
  EXPECT_FALSE(wall.has(status::assured));
}

TEST(SlowTracker, SynAgainRefreshesBySwitch_D28) {
  for (const std::uint32_t refreshes : {0u, 1u}) {
    Profile profile = tutorial();
    profile.tcp_syn_refreshes = refreshes;
    Wall wall(profile);
    wall.see(tcp(0, 1, tcp_flag::syn));
    wall.now += 20 * kSecond;
    wall.see(tcp(0, 1, tcp_flag::syn));
    EXPECT_EQ(wall.seconds_left(), refreshes != 0 ? 120 : 100);
  }
}

TEST(SlowTracker, DroppedResetEndsNothing_E25) {
  Wall wall;
  wall.see(tcp(0, 1, tcp_flag::syn));
  wall.see(tcp(1, 0, tcp_flag::rst | tcp_flag::ack), Fate::drop);
  EXPECT_EQ(wall.only().tcp_state, TcpState::syn_sent);
  EXPECT_EQ(wall.seconds_left(), 120);
}

TEST(SlowTracker, PickedUpIsNeverAssured_E24) {
  Wall wall;
  for (int i = 0; i < 3; ++i) {
    wall.see(tcp(0, 1, tcp_flag::ack));
    wall.see(tcp(1, 0, tcp_flag::ack));
  }
  EXPECT_FALSE(wall.has(status::assured));
}

TEST(SlowTracker, ResetBeforeAReplyEnds_E25) {
  Wall wall;
  wall.see(tcp(0, 1, tcp_flag::syn));
  EXPECT_SEEN(wall.see(tcp(1, 0, tcp_flag::rst | tcp_flag::ack)), established, first_reply);
  EXPECT_EQ(wall.count(), 0u);
  EXPECT_EQ(wall.tracker.take_happenings().back().cause, DestroyCause::reset);
}

TEST(SlowTracker, ResetAfterAReplyCloses_E25) {
  Wall wall;
  wall.see(tcp(0, 1, tcp_flag::syn));
  wall.see(tcp(1, 0, tcp_flag::syn | tcp_flag::ack));
  wall.see(tcp(1, 0, tcp_flag::rst));
  EXPECT_EQ(wall.only().tcp_state, TcpState::close);
  EXPECT_EQ(wall.seconds_left(), 10);
}

TEST(SlowTracker, FirstPacketResetLeavesNothing_E25) {
  Wall wall;
  EXPECT_SEEN(wall.see(tcp(0, 1, tcp_flag::rst)), new_, opens_midstream);
  EXPECT_EQ(wall.count(), 0u);
  const std::vector<Happening> happened = wall.tracker.take_happenings();
  ASSERT_EQ(happened.size(), 2u);
  EXPECT_EQ(happened[1].cause, DestroyCause::reset);
}

TEST(SlowTracker, UnconfirmedIsNotInTheTable_B7) {
  Wall wall;
  EXPECT_SEEN(wall.see(query(), Fate::drop), new_, opens_query);
  EXPECT_EQ(wall.count(), 0u);
  EXPECT_SEEN(wall.see(reply()), invalid, reply_without_query);
  EXPECT_EQ(wall.see(query()).connection.number, 2u);
}

TEST(SlowTracker, UntrackedComesBeforeTheChecks_B17) {
  Wall wall;
  wall.see(udp(0, 1));
  wall.notrack = true;
  EXPECT_SEEN(wall.see(icmp(200, 0, 1)), untracked, notrack);
  EXPECT_SEEN(wall.see(udp(0, 1)), untracked, notrack);
  EXPECT_EQ(wall.see(udp(0, 1)).connection.number, 0u);
}

TEST(SlowTracker, ShortPacketsAreInvalid_A13) {
  Message other = udp(0, 1);
  other.protocol = 47;
  for (const Message& message : {query(), udp(0, 1), other}) {
    Wall wall;
    Bytes bytes = write(message);
    bytes.data[3] = 27;  // total length: seven bytes behind the IP header
    bytes.data[11] = static_cast<std::uint8_t>(bytes.data[11] + (bytes.size - 27));
    bytes.size = 27;
    EXPECT_SEEN(wall.see(bytes), invalid, header_short);
  }
}

TEST(SlowTracker, WhatTheCaptureCutIsNotTold) {
  Step step;
  step.bytes = write(query());
  step.original_length = step.bytes.size;
  step.bytes.size = 27;
  SlowTracker tracker(tutorial());
  EXPECT_EQ(tracker.observe(read(step), 0, false, 0).reason, Reason::cut_short);
  step.bytes.size = 19;
  EXPECT_EQ(tracker.observe(read(step), 0, false, 0).reason, Reason::cut_short);
}

TEST(SlowTracker, ZonesNeverMeet) {
  Wall wall;
  wall.see(query());
  wall.zone = 1;
  EXPECT_SEEN(wall.see(reply()), invalid, reply_without_query);
  EXPECT_SEEN(wall.error(3, 1, query()), invalid, quotes_unknown);
  EXPECT_SEEN(wall.see(query()), new_, opens_query);
}

TEST(SlowTracker, FullTableEvictsWhatIsNotAssured_A18_G4) {
  Profile profile = linux_2_4();
  profile.max = 2;
  Wall wall(profile);
  wall.see(udp(0, 1));
  wall.see(udp(0, 2));
  EXPECT_SEEN(wall.see(reply()), invalid, reply_without_query);  // but it cost an entry
  EXPECT_EQ(wall.count(), 1u);
  EXPECT_EQ(wall.tracker.take_happenings().back(),
            (Happening{1, EventKind::destroy, DestroyCause::evicted}));
  wall.see(udp(0, 1));
  for (std::uint8_t other = 1; other <= 2; ++other) {
    wall.see(udp(other, 0));
    wall.see(udp(0, other));
  }
  EXPECT_SEEN(wall.see(query()), none, table_full);
  EXPECT_SEEN(wall.see(reply()), none, table_full);
  EXPECT_EQ(wall.tracker.counters().refused, 2u);
}

TEST(SlowTracker, EndsComparedReplyFirst_B2) {
  Wall wall;
  Message to_itself = udp(0, 0);
  to_itself.source_port = to_itself.destination_port;
  EXPECT_EQ(wall.see(to_itself).direction, Direction::original);
  EXPECT_EQ(wall.see(to_itself).direction, Direction::reply);
}

}  // namespace
}  // namespace model
}  // namespace statewall
