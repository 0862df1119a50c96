#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "track/protocol.h"
#include "track/testing.h"

// The table of E.3, written out once more as the specification prints it, against every cell.

namespace statewall {
namespace {

using namespace testing;
using namespace tcp_flag;

constexpr const char* kOriginal = R"(
syn  ESTABLISHED SYN_SENT SYN_RECV    SYN_SENT SYN_SENT  SYN_SENT SYN_SENT   SYN_SENT
fin  FIN_WAIT    SYN_SENT TIME_WAIT   FIN_WAIT TIME_WAIT CLOSE    TIME_WAIT  LAST_ACK
ack  ESTABLISHED SYN_SENT ESTABLISHED FIN_WAIT TIME_WAIT CLOSE    CLOSE_WAIT LAST_ACK
rst  CLOSE       SYN_SENT CLOSE       CLOSE    TIME_WAIT CLOSE    CLOSE      CLOSE
)";
constexpr const char* kReply = R"(
syn  ESTABLISHED SYN_RECV SYN_RECV    SYN_RECV  SYN_RECV  SYN_RECV SYN_RECV   SYN_RECV
fin  CLOSE_WAIT  SYN_SENT TIME_WAIT   TIME_WAIT TIME_WAIT CLOSE    CLOSE_WAIT LAST_ACK
ack  ESTABLISHED SYN_SENT SYN_RECV    FIN_WAIT  TIME_WAIT CLOSE    CLOSE_WAIT CLOSE
rst  CLOSE       CLOSE    CLOSE       CLOSE     CLOSE     CLOSE    CLOSE      LAST_ACK
)";
constexpr TcpState kBefore[] = {TcpState::established, TcpState::syn_sent,  TcpState::syn_recv,
                                TcpState::fin_wait,    TcpState::time_wait, TcpState::close,
                                TcpState::close_wait,  TcpState::last_ack};

std::uint8_t flags_of(const std::string& event) {
  if (event == "syn") return syn;
  if (event == "fin") return fin | ack;
  return event == "ack" ? ack : rst;
}

void check_table(const char* table, Direction direction) {
  std::istringstream lines(table);
  std::string event;
  while (lines >> event) {
    for (const TcpState before : kBefore) {
      std::string expected;
      lines >> expected;
      Record record{};
      record.tcp_flags.state = before;
      record.set(status::seen_reply);
      const Judgement judgement = kTcpFlagsTracker.next(
          record, {tcp(A, B, 1, 2, flags_of(event)), direction, linux_2_4(), 0});
      EXPECT_FALSE(judgement.refused);
      EXPECT_NE(judgement.timeout, Judgement::kUnchanged) << "E25: every accepted packet refreshes";
      EXPECT_EQ(name(record.tcp_flags.state), expected) << event << " in " << name(before);
    }
  }
}

TEST(TcpFlags, OriginalDirectionFollowsTheTable) { check_table(kOriginal, Direction::original); }
TEST(TcpFlags, ReplyDirectionFollowsTheTable) { check_table(kReply, Direction::reply); }

TEST(TcpFlags, EachStateHasItsTimeout) {
  const std::pair<TcpState, std::uint32_t> timeouts[] = {
      {TcpState::established, 432000}, {TcpState::syn_sent, 120},  {TcpState::syn_recv, 60},
      {TcpState::fin_wait, 120},       {TcpState::time_wait, 120}, {TcpState::close, 10},
      {TcpState::close_wait, 60},      {TcpState::last_ack, 30}};
  for (const auto& [state, timeout] : timeouts) {
    Record record{};
    record.tcp_flags.state = state;
    record.set(status::seen_reply);
    // An ACK leaves each state as it is, in one direction at least.
    const Direction direction =
        state == TcpState::syn_recv ? Direction::reply : Direction::original;
    const Judgement judgement =
        kTcpFlagsTracker.next(record, {tcp(A, B, 1, 2, ack), direction, linux_2_4(), 0});
    EXPECT_EQ(record.tcp_flags.state, state);
    EXPECT_EQ(judgement.timeout, timeout) << name(state);
  }
}

struct First {
  std::uint8_t flags;
  const char* state;
  Reason reason;
};

// E23, and E25 for the RST.
TEST(TcpFlags, AnyFlagOpensButNone) {
  const First cases[] = {
      {syn, "SYN_SENT", Reason::opens_syn},
      {syn | ack, "SYN_SENT", Reason::opens_midstream},
      {ack, "ESTABLISHED", Reason::opens_midstream},
      {fin, "TIME_WAIT", Reason::opens_midstream},
      {syn | fin, "SYN_SENT", Reason::opens_syn},
  };
  for (const First& c : cases) {
    World world(linux_2_4());
    EXPECT_EQ(world.pass(tcp(A, B, 1, 2, c.flags), 0).reason, c.reason);
    EXPECT_EQ(name(world.connections().at(0).tcp_state), c.state);
  }
  World world(linux_2_4());
  EXPECT_EQ(world.pass(tcp(A, B, 1, 2, psh), 0).reason, Reason::tcp_no_flags);
  EXPECT_EQ(world.pass(tcp(A, B, 1, 2, rst), 0).state, State::new_);
  EXPECT_TRUE(world.connections().empty()) << "it ends as soon as it is confirmed";
  EXPECT_EQ(world.events().size(), 2U);
}

// D28: a switch for what later kernels do.
TEST(TcpFlags, ASynSentAgainRefreshesOnlyIfTheProfileSaysSo) {
  for (const bool refreshes : {true, false}) {
    Profile profile = linux_2_4();
    profile.tcp_syn_refreshes = refreshes ? 1 : 0;
    World world(profile);
    world.pass(tcp(A, B, 1, 2, syn), 0);
    world.pass(tcp(A, B, 1, 2, syn), seconds(10));
    EXPECT_EQ(world.connections().at(0).deadline, seconds(refreshes ? 130 : 120));
  }
}

// E24: where no SYN/ACK was seen, no ACK number answers it, not even 0.
TEST(TcpFlags, WithoutASynAckNothingIsAssured) {
  World world(linux_2_4());
  world.pass(tcp(A, B, 1, 2, syn), 0);
  world.pass(tcp(B, A, 2, 1, syn), 1);
  const Observation third = world.pass(tcp(A, B, 1, 2, ack, 1, 0), 2);
  EXPECT_EQ(third.status & status::assured, 0);
}

// E24: only the ACK of the recorded SYN/ACK makes it ASSURED.
TEST(TcpFlags, IsAssuredByTheExactThirdStep) {
  for (const std::uint32_t number : {501U, 500U, 502U}) {
    World world(linux_2_4());
    world.pass(tcp(A, B, 1, 2, syn, 100), 0);
    world.pass(tcp(B, A, 2, 1, syn | ack, 500, 101), 1);
    const Observation third = world.pass(tcp(A, B, 1, 2, ack, 101, number), 2);
    EXPECT_EQ((third.status & status::assured) != 0, number == 501) << number;
  }
}

}  // namespace
}  // namespace statewall
