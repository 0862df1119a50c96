#include <gtest/gtest.h>

#include <memory>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;
using Ct = ConntrackMatch;

ConntrackMatch states(std::uint8_t bits, bool inverted = false) {
  return {.given = Ct::kState, .states = bits, .states_inverted = inverted};
}

/// A tracker of profile linux, and packets that it has seen.
class ConntrackMatchTest : public ::testing::Test {
 protected:
  Sample& see(const Octets& bytes, double at = 0, bool passes = true) {
    sample = std::make_unique<Sample>(bytes);
    sample->observe(world.tracker(), seconds(at));
    if (passes) world.tracker().confirm();
    return *sample;
  }
  Sample& query(double at = 0, bool passes = true) {
    return see(ipv4(protocol::icmp, icmp(8, 0, 0x12340001)), at, passes);
  }
  Sample& answer(double at = 0) {
    return see(
        ipv4({.source = kB, .destination = kA, .protocol = protocol::icmp}, icmp(0, 0, 0x12340001)),
        at);
  }
  Sample& datagram(double at = 0) { return see(ipv4(protocol::udp, udp(1000, 2000)), at); }
  Sample& error_about_the_datagram() {
    return see(ipv4({.source = kB, .destination = kA, .protocol = protocol::icmp},
                    icmp(3, 3, 0, ipv4(protocol::udp, udp(1000, 2000)))));
  }
  Sample& invalid() { return see(ipv4(protocol::icmp, icmp(0, 0, 0x99990001))); }

  World world{linux_6()};
  std::unique_ptr<Sample> sample;
};

TEST_F(ConntrackMatchTest, States) {
  constexpr std::uint8_t kAll[] = {Ct::kInvalid,   Ct::kNew,  Ct::kRelated, Ct::kEstablished,
                                   Ct::kUntracked, Ct::kSnat, Ct::kDnat};
  const auto expect_only = [&](const Sample& seen, std::uint8_t state) {
    for (const std::uint8_t bit : kAll) {
      EXPECT_EQ(holds(states(bit), seen), bit == state) << int{bit};
      EXPECT_EQ(holds(states(bit, true), seen), bit != state) << int{bit};
    }
    EXPECT_TRUE(holds(states(static_cast<std::uint8_t>(state | Ct::kSnat)), seen));
  };
  expect_only(query(), Ct::kNew);
  expect_only(answer(), Ct::kEstablished);
  expect_only(invalid(), Ct::kInvalid);
  datagram();
  expect_only(error_about_the_datagram(), Ct::kRelated);
  query().subject.state = State::untracked;
  expect_only(*sample, Ct::kUntracked);
  sample->subject.state = State::none;
  expect_only(*sample, Ct::kInvalid);
}

// H10: what a kernel's match says of a packet without entry, its state decides alone.
TEST_F(ConntrackMatchTest, WithoutAnEntryOnlyTheStateCounts) {
  ConntrackMatch match = states(Ct::kInvalid);
  match.given |= Ct::kProto | Ct::kOrigSrc | Ct::kStatus | Ct::kDirection;
  match.protocol = protocol::tcp;
  match.original_source = {address("9.9.9.9"), address("255.255.255.255")};
  match.statuses = Ct::kAssured;
  match.reply = true;
  invalid().subject.conditions_need_entry = false;
  EXPECT_TRUE(holds(match, *sample));
  sample->subject.conditions_need_entry = true;
  EXPECT_FALSE(holds(match, *sample)) << "kernels 2.4";
  for (const bool needs_entry : {false, true}) {
    sample->subject.conditions_need_entry = needs_entry;
    ConntrackMatch stateless{.given = Ct::kProto, .protocol = 1, .protocol_inverted = true};
    EXPECT_FALSE(holds(stateless, *sample));
    stateless.protocol_inverted = false;
    EXPECT_FALSE(holds(stateless, *sample));
    EXPECT_TRUE(holds(states(Ct::kInvalid), *sample)) << "by its state alone";
  }
}

TEST_F(ConntrackMatchTest, ProtocolIsThatOfTheEntry) {
  const auto proto = [&](std::uint8_t number, bool inverted = false) {
    return holds(
        ConntrackMatch{.given = Ct::kProto, .protocol = number, .protocol_inverted = inverted},
        *sample);
  };
  datagram();
  error_about_the_datagram();
  EXPECT_TRUE(proto(protocol::udp)) << "H14";
  EXPECT_FALSE(proto(protocol::icmp));
  EXPECT_TRUE(proto(protocol::icmp, true));
  EXPECT_FALSE(proto(protocol::udp, true));
}

TEST_F(ConntrackMatchTest, Addresses) {
  const Network a{address("192.168.1.0"), address("255.255.255.0")};
  const Network b{address("10.0.0.0"), address("255.0.0.0")};
  struct Case {
    std::uint16_t given;
    Network Ct::*network;
    const Network& is;
    const Network& is_not;
  };
  const Case cases[] = {{Ct::kOrigSrc, &Ct::original_source, a, b},
                        {Ct::kOrigDst, &Ct::original_destination, b, a},
                        {Ct::kReplSrc, &Ct::reply_source, b, a},
                        {Ct::kReplDst, &Ct::reply_destination, a, b}};
  query();
  for (const bool replies : {true, false}) {
    Sample& seen = replies ? answer() : query();
    for (const Case& c : cases) {
      ConntrackMatch match{.given = c.given};
      match.*c.network = c.is;
      EXPECT_TRUE(holds(match, seen)) << c.given;
      (match.*c.network).inverted = true;
      EXPECT_FALSE(holds(match, seen)) << c.given;
      match.*c.network = c.is_not;
      EXPECT_FALSE(holds(match, seen)) << c.given;
      (match.*c.network).inverted = true;
      EXPECT_TRUE(holds(match, seen)) << c.given;
    }
  }
}

TEST_F(ConntrackMatchTest, Ports) {
  struct Case {
    std::uint16_t given;
    Range<std::uint16_t> Ct::*range;
    std::uint16_t udp, icmp;
  };
  // H13: of ICMP the id stands for the source's, type and code for the destination's.
  const Case cases[] = {{Ct::kOrigSrcPort, &Ct::original_source_port, 1000, 0x1234},
                        {Ct::kOrigDstPort, &Ct::original_destination_port, 2000, 2048},
                        {Ct::kReplSrcPort, &Ct::reply_source_port, 2000, 0x1234},
                        {Ct::kReplDstPort, &Ct::reply_destination_port, 1000, 0}};
  for (const bool ping : {false, true}) {
    const Sample& seen = ping ? query() : datagram();
    for (const Case& c : cases) {
      const std::uint16_t port = ping ? c.icmp : c.udp;
      ConntrackMatch match{.given = c.given};
      match.*c.range = {port, port};
      EXPECT_TRUE(holds(match, seen)) << c.given;
      match.*c.range = {static_cast<std::uint16_t>(port + 1), 65535};
      EXPECT_FALSE(holds(match, seen)) << c.given;
      (match.*c.range).inverted = true;
      EXPECT_TRUE(holds(match, seen)) << c.given;
    }
  }
}

TEST_F(ConntrackMatchTest, Statuses) {
  const auto any_of = [&](std::uint8_t bits, bool inverted = false) {
    const ConntrackMatch match{
        .given = Ct::kStatus, .statuses = bits, .statuses_inverted = inverted};
    return holds(match, *sample);
  };
  query(0, false);
  EXPECT_FALSE(any_of(Ct::kConfirmed)) << "the first packet";
  EXPECT_FALSE(any_of(Ct::kSeenReply));
  world.tracker().confirm();
  query(1);
  EXPECT_TRUE(any_of(Ct::kConfirmed));
  EXPECT_FALSE(any_of(Ct::kSeenReply | Ct::kAssured | Ct::kExpected));
  answer(2);
  EXPECT_TRUE(any_of(Ct::kSeenReply));
  EXPECT_TRUE(any_of(Ct::kSeenReply | Ct::kAssured));
  EXPECT_FALSE(any_of(Ct::kAssured));
  EXPECT_FALSE(any_of(Ct::kExpected));
  // H11: NONE is no bit, and no packet has it.
  EXPECT_FALSE(any_of(0));
  EXPECT_TRUE(any_of(0, true));
  EXPECT_FALSE(any_of(Ct::kSeenReply, true));
}

// H12.
TEST_F(ConntrackMatchTest, ExpireCountsWholeSeconds) {
  const auto left = [&](std::uint32_t low, std::uint32_t high, bool inverted = false) {
    return holds(ConntrackMatch{.given = Ct::kExpire, .expire = {low, high, inverted}}, *sample);
  };
  query(0, false);
  EXPECT_TRUE(left(0, 0)) << "not yet confirmed";
  world.tracker().confirm();
  query(0);
  EXPECT_TRUE(left(30, 30)) << "this packet restarts the timer";
  query(12.5);
  EXPECT_TRUE(left(30, 30));
  EXPECT_FALSE(left(0, 29));
  EXPECT_TRUE(left(0, 29, true));
  sample->subject.now += seconds(0.25);
  sample->subject.forget_entry();
  EXPECT_TRUE(left(29, 29)) << "of 29.75 seconds";
}

TEST_F(ConntrackMatchTest, Direction) {
  const ConntrackMatch original{.given = Ct::kDirection},
      reply{.given = Ct::kDirection, .reply = true};
  EXPECT_TRUE(holds(original, query()));
  EXPECT_FALSE(holds(reply, *sample));
  EXPECT_TRUE(holds(reply, answer()));
  EXPECT_FALSE(holds(original, *sample));
  datagram();
  EXPECT_TRUE(holds(reply, error_about_the_datagram())) << "it comes the other way";
}

TEST_F(ConntrackMatchTest, EveryConditionMustHold) {
  ConntrackMatch match = states(Ct::kEstablished);
  match.given |=
      Ct::kProto | Ct::kOrigSrc | Ct::kStatus | Ct::kDirection | Ct::kExpire | Ct::kOrigDstPort;
  match.protocol = protocol::icmp;
  match.original_source = {kA, address("255.255.255.255")};
  match.statuses = Ct::kSeenReply;
  match.reply = true;
  match.expire = {1, 30};
  match.original_destination_port = {2048, 2048};
  query();
  EXPECT_TRUE(holds(match, answer()));
  const auto fails = [&](auto change) {
    ConntrackMatch other = match;
    change(other);
    return !holds(other, *sample);
  };
  EXPECT_TRUE(fails([](auto& m) { m.states = Ct::kNew; }));
  EXPECT_TRUE(fails([](auto& m) { m.protocol = protocol::tcp; }));
  EXPECT_TRUE(fails([](auto& m) { m.original_source.address = kB; }));
  EXPECT_TRUE(fails([](auto& m) { m.statuses = Ct::kAssured; }));
  EXPECT_TRUE(fails([](auto& m) { m.reply = false; }));
  EXPECT_TRUE(fails([](auto& m) { m.expire = {31, 99}; }));
  EXPECT_TRUE(fails([](auto& m) { m.original_destination_port = {0, 1}; }));
}

TEST_F(ConntrackMatchTest, MarksUnderAMask) {
  struct Case {
    Masked masked;
    bool holds;
  };
  for (const Case& c :
       {Case{{0x12, 0xffffffff}, true}, Case{{0x10, 0xf0}, true}, Case{{0x02, 0xf0}, false},
        Case{{0x13, 0xffffffff}, false}, Case{{0x12, 0xffffffff, true}, false},
        Case{{0x13, 0xff, true}, true}, Case{{0, 0}, true}}) {
    query().subject.mark = 0x12;
    EXPECT_EQ(holds(MarkMatch{c.masked}, *sample), c.holds);
    world.tracker().set_mark(sample->subject.connection, 0x12);
    sample->subject.mark = 0;
    sample->subject.forget_entry();
    EXPECT_EQ(holds(ConnmarkMatch{c.masked}, *sample), c.holds);
  }
}

TEST_F(ConntrackMatchTest, WithoutAnEntryThereIsNoConnmark) {
  invalid();
  EXPECT_FALSE(holds(ConnmarkMatch{{0, 0}}, *sample));
  EXPECT_FALSE(holds(ConnmarkMatch{{1, 0xff, true}}, *sample));
}

}  // namespace
}  // namespace statewall::rules
