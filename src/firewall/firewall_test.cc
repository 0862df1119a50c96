#include "firewall/firewall.h"

#include <gtest/gtest.h>

#include "firewall/testing.h"

namespace statewall {
namespace {

using namespace testing;
using Lines = std::vector<std::string>;

TEST(Firewall, ARuleOrAPolicyDecides) {
  Gate gate(
      filter(":FORWARD DROP [0:0]\n-A FORWARD -p icmp -j ACCEPT\n-A FORWARD -p tcp -j REJECT"));
  Decision decision = gate.handle(ping(kA, kB));
  EXPECT_EQ(decision.verdict, Verdict::accept);
  EXPECT_EQ(gate.where(decision), "filter FORWARD 1");
  EXPECT_EQ(decision.in, "lan");
  EXPECT_EQ(decision.out, "wan");
  decision = gate.handle(segment(kA, kB, {.flags = tcp_flag::syn}));
  EXPECT_EQ(decision.verdict, Verdict::reject);
  EXPECT_EQ(gate.where(decision), "filter FORWARD 2");
  decision = gate.handle(datagram(kA, kB));
  EXPECT_EQ(decision.verdict, Verdict::drop);
  EXPECT_EQ(gate.where(decision), "filter policy of FORWARD");
}

TEST(Firewall, WithoutRulesEverythingPasses) {
  World world(linux_6());
  Firewall firewall({});
  const Octets bytes = ping(kA, kB);
  const Packet packet = read_ip(bytes);
  Lookup lookup;
  world.tracker().prepare({&packet, 1}, {&lookup, 1});
  const Decision decision =
      firewall.handle(world.tracker(), {.packet = packet, .bytes = bytes}, lookup, 0);
  EXPECT_EQ(decision.verdict, Verdict::accept);
  EXPECT_FALSE(decision.decided);
  EXPECT_EQ(world.table().size(), 1u);
}

TEST(Firewall, ADroppedFirstPacketLeavesNoEntry) {
  Gate gate(filter("-A FORWARD -p icmp -j DROP\n-A FORWARD -p udp -j REJECT"));
  const Decision decision = gate.handle(ping(kA, kB));
  EXPECT_EQ(decision.observation.state, State::new_);
  EXPECT_EQ(gate.connections(), 0u);
  gate.handle(datagram(kA, kB));
  EXPECT_EQ(gate.connections(), 0u);
  EXPECT_EQ(gate.state(pong(kB, kA)), State::invalid);
}

TEST(Firewall, WhatTableRawDropsIsNeverTracked) {
  Gate gate(table("raw", "-A PREROUTING -p icmp -j DROP") + filter("-A FORWARD"));
  const Decision decision = gate.handle(ping(kA, kB));
  EXPECT_EQ(decision.verdict, Verdict::drop);
  EXPECT_EQ(gate.where(decision), "raw PREROUTING 1");
  EXPECT_EQ(decision.observation.state, State::none);
  EXPECT_EQ(decision.observation.reason, Reason::dropped_before);
  EXPECT_EQ(gate.visits, (Lines{"raw PREROUTING"}));
}

TEST(Firewall, NotrackLeavesAPacketUntracked) {
  Gate gate(table("raw",
                  "-A PREROUTING -p icmp -j CT --notrack\n-A PREROUTING -m state --state INVALID\n"
                  "-A PREROUTING -m state --state UNTRACKED") +
            filter("-A FORWARD -m state --state UNTRACKED -j ACCEPT\n-A FORWARD -j DROP"));
  const Decision decision = gate.handle(ping(kA, kB));
  EXPECT_EQ(decision.observation.state, State::untracked);
  EXPECT_EQ(decision.verdict, Verdict::accept);
  EXPECT_EQ(gate.connections(), 0u);
  EXPECT_EQ(gate.met, (Lines{"raw PREROUTING", "raw PREROUTING", "filter FORWARD"}))
      << "table raw sees at once what it did, and it is INVALID no more";
  EXPECT_EQ(gate.verdict(datagram(kA, kB)), Verdict::drop);
}

TEST(Firewall, AZoneThatIsTheMarkIsTheLastMarkOfRaw) {
  Gate gate(
      table("raw", "-A PREROUTING -j CT --zone mark\n-A PREROUTING -j MARK --set-mark 0x10007"));
  EXPECT_EQ(gate.state(ping(kA, kB)), State::new_);
  EXPECT_EQ(gate.world.connections()[0].zone, 7);
}

TEST(Firewall, ZonesDoNotMeet) {
  Gate gate(table("raw", "-A PREROUTING -i lan -j CT --zone 7"));
  EXPECT_EQ(gate.state(ping(kA, kB)), State::new_);
  EXPECT_EQ(gate.world.connections()[0].zone, 7);
  EXPECT_EQ(gate.state(ping(kA, kB)), State::new_) << "still unreplied, in its zone";
  EXPECT_EQ(gate.state(pong(kB, kA)), State::invalid) << "from wan, in zone 0";
  EXPECT_EQ(gate.connections(), 1u);
}

TEST(Firewall, ATtlThatEndsAtTheRouterIsAnObstacle) {
  Gate gate(filter("-A FORWARD -j ACCEPT\n-A INPUT -j ACCEPT"));
  const auto packet = [](std::uint8_t ttl, const Address& to) {
    return ipv4({.source = kA, .destination = to, .protocol = 99, .ttl = ttl}, {});
  };
  const Decision decision = gate.handle(packet(1, kB));
  EXPECT_EQ(decision.verdict, Verdict::drop);
  EXPECT_EQ(decision.obstacle, Obstacle::ttl);
  EXPECT_FALSE(decision.decided);
  EXPECT_TRUE(gate.visits.empty()) << "FORWARD never sees it";
  EXPECT_EQ(gate.connections(), 0u);
  EXPECT_EQ(gate.verdict(packet(2, kB)), Verdict::accept);
  EXPECT_EQ(gate.verdict(packet(1, kLan)), Verdict::accept) << "it is for the router";
  Gate mangled(table("mangle", "-A PREROUTING -j TTL --ttl-set 1"));
  EXPECT_EQ(mangled.handle(packet(64, kB)).obstacle, Obstacle::ttl);
}

TEST(Firewall, AFullTableIsAnObstacle) {
  Profile profile = linux_6();
  profile.max = 1;
  Gate gate(filter("-A FORWARD"), profile);
  gate.handle(datagram(kA, kB, 1));
  for (const double at : {0.1, 3.0}) gate.handle(datagram(kB, kA, 2000, 1), at);
  gate.handle(datagram(kA, kB, 1), 3.1);  // ASSURED: nobody may evict it
  const Decision decision = gate.handle(datagram(kA, kB, 2), 3.2);
  EXPECT_EQ(decision.verdict, Verdict::drop);
  EXPECT_EQ(decision.obstacle, Obstacle::table_full);
  EXPECT_FALSE(decision.decided);
  EXPECT_TRUE(gate.visits.empty());
  EXPECT_EQ(gate.verdict(datagram(kA, kB, 1), 3.3), Verdict::accept);
}

TEST(Firewall, WhatIsNoIpPacketIsJudgedByNoRule) {
  Gate gate(filter(":FORWARD DROP [0:0]"));
  EXPECT_EQ(gate.verdict(hex("45 00")), Verdict::none);
  EXPECT_EQ(gate.verdict(with(ping(kA, kB), 10, hex("1234"))), Verdict::none) << "wrong checksum";
  EXPECT_EQ(gate.verdict(ping(kA, kB)), Verdict::drop);
}

TEST(Firewall, InTutorialADroppedReplyEndsNothing) {
  Gate gate(
      filter("-A FORWARD -m mark --mark 0 -p icmp -m icmp --icmp-type 0 -m limit --limit 1/day "
             "--limit-burst 1 -j DROP"),
      tutorial());
  gate.handle(ping(kA, kB));
  Decision decision = gate.handle(pong(kB, kA), 1);
  EXPECT_EQ(decision.observation.state, State::established);
  EXPECT_EQ(decision.verdict, Verdict::drop);
  EXPECT_EQ(gate.connections(), 1u);
  decision = gate.handle(pong(kB, kA), 2);
  EXPECT_EQ(decision.observation.state, State::established);
  EXPECT_EQ(decision.verdict, Verdict::accept);
  EXPECT_EQ(gate.connections(), 0u) << "now it is answered";
}

TEST(Firewall, InTutorialADroppedErrorEndsNothing) {
  const Octets error = message(kB, kA, 3, 1, 0, datagram(kA, kB));
  Gate drops(filter("-A FORWARD -m state --state RELATED -j DROP"), tutorial());
  drops.handle(datagram(kA, kB));
  EXPECT_EQ(drops.state(error, 1), State::related);
  EXPECT_EQ(drops.connections(), 1u);
  Gate accepts(filter(""), tutorial());
  accepts.handle(datagram(kA, kB));
  EXPECT_EQ(accepts.state(error, 1), State::related);
  EXPECT_EQ(accepts.connections(), 0u);
}

TEST(Firewall, TableNatIsShownAndMakesItsConnectionUncertain) {
  Gate gate(table("nat",
                  "-A PREROUTING -p udp --dport 2000 -j DNAT --to-destination 10.0.0.5:80\n"
                  "-A POSTROUTING -o wan -p udp -j MASQUERADE"));
  Decision decision = gate.handle(datagram(kA, kB));
  EXPECT_EQ(gate.translations, (Lines{"DNAT to 10.0.0.5:80", "MASQUERADE"}));
  EXPECT_EQ(decision.uncertainty, Uncertainty::translated);
  EXPECT_EQ(decision.verdict, Verdict::accept);
  decision = gate.handle(datagram(kB, kA, 2000, 1000));
  EXPECT_TRUE(gate.translations.empty());
  EXPECT_EQ(decision.uncertainty, Uncertainty::translated) << "so are its later packets";
  EXPECT_EQ(gate.handle(ping(kA, kB)).uncertainty, Uncertainty::none);
}

TEST(Firewall, ASkippedRuleMakesUncertain) {
  Gate gate(filter("-A FORWARD -p udp -m u32 --u32 0=0 -j DROP"), linux_6(), "", true);
  EXPECT_EQ(gate.handle(datagram(kA, kB)).uncertainty, Uncertainty::skipped_rule);
  EXPECT_EQ(gate.handle(ping(kA, kB)).uncertainty, Uncertainty::none);
}

TEST(Firewall, ConnmarksAreSavedOnTheFirstPacketAndRestoredOnTheOthers) {
  Gate gate(
      table("mangle",
            "-A PREROUTING -j CONNMARK --restore-mark\n-A PREROUTING -m mark ! --mark 0 -j ACCEPT\n"
            "-A PREROUTING -i lan -j MARK --set-mark 0x5\n-A PREROUTING -j CONNMARK --save-mark") +
      filter("-A FORWARD -m connmark --mark 5 -m mark --mark 5 -j ACCEPT\n-A FORWARD -j DROP"));
  EXPECT_EQ(gate.handle(ping(kA, kB)).mark, 5u);
  EXPECT_EQ(gate.connections(), 1u);
  EXPECT_EQ(gate.world.connections()[0].mark, 5u);
  const Decision reply = gate.handle(pong(kB, kA));
  EXPECT_EQ(reply.mark, 5u);
  EXPECT_EQ(reply.verdict, Verdict::accept);
  EXPECT_EQ(gate.verdict(pong(kB, kA, 0x99990001)), Verdict::drop) << "no connection, no mark";
}

TEST(Firewall, OverLoopbackAConnectionIsConfirmedOnItsWayOut) {
  Gate gate(filter(
      "-A INPUT -i lo -m conntrack --ctstatus CONFIRMED -j DROP\n-A OUTPUT -o lo -j ACCEPT"));
  const Decision decision = gate.handle(ping(kLan, kWan));
  EXPECT_EQ(decision.in, "lo");
  EXPECT_EQ(decision.out, "lo");
  EXPECT_EQ(decision.observation.state, State::new_);
  EXPECT_EQ(gate.where(decision), "filter INPUT 1");
  EXPECT_EQ(gate.connections(), 1u);
  Gate out(filter("-A OUTPUT -o lo -j DROP"));
  out.handle(ping(kLan, kWan));
  EXPECT_EQ(out.connections(), 0u);
}

TEST(Firewall, OverLoopbackWhatWasInvalidIsTrackedAnew) {
  Gate gate(table("raw", "-A PREROUTING -i lo -j CT --notrack") +
            filter("-A INPUT -m conntrack --ctstate UNTRACKED -j DROP"));
  const Decision decision = gate.handle(pong(kLan, kWan));
  EXPECT_EQ(gate.where(decision), "filter INPUT 1");
  EXPECT_EQ(decision.observation.state, State::invalid) << "on its way out";
  EXPECT_EQ(gate.verdict(ping(kLan, kWan)), Verdict::accept) << "its connection stays";
  EXPECT_EQ(gate.connections(), 1u);
}

TEST(Firewall, AResetMayBeAnsweredItself) {
  Gate gate(filter(
      "-A OUTPUT -o lo -p tcp -j REJECT\n-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset"));
  const TcpFields fields{.source_port = 1, .destination_port = 2, .flags = tcp_flag::ack};
  const Octets segment =
      ipv4({.source = kWan, .destination = kB, .protocol = protocol::tcp},
           built([&](auto out) { return build_tcp(out, kWan, kB, fields, {}); }));
  EXPECT_EQ(gate.verdict(segment), Verdict::reject);
  EXPECT_EQ(read_ip(gate.answer()).headers.protocol, protocol::tcp);
  EXPECT_EQ(gate.handle_answer().verdict, Verdict::reject) << "out on lo";
  const Packet error = read_ip(gate.answer());
  EXPECT_EQ(error.headers.protocol, protocol::icmp);
  EXPECT_EQ(error.quote.headers.source, kB) << "about the reset";
  EXPECT_EQ(gate.handle_answer().verdict, Verdict::accept);
  EXPECT_TRUE(gate.answer().empty());
}

TEST(Firewall, RawHasNoSayOnTheAnswerToAnUntrackedPacket) {
  Gate gate(table("raw", "-A PREROUTING -j CT --notrack\n-A OUTPUT -j CT --notrack") +
            filter("-A FORWARD -j REJECT"));
  EXPECT_EQ(gate.state(datagram(kA, kB)), State::untracked);
  EXPECT_EQ(gate.handle_answer().observation.state, State::invalid);
}

TEST(Firewall, CountsPacketsAndBytes) {
  Gate gate(filter("-A FORWARD -p icmp"));
  for (int i = 0; i < 3; ++i) gate.handle(ping(kA, kB));
  gate.handle(datagram(kA, kB));
  const auto& counters = [&](std::uint32_t rule) {
    return gate.firewall.counters(Family::ipv4, {rules::TableKind::filter, 1, rule});
  };
  EXPECT_EQ(counters(0), (rules::RuleCounters{3, 84}));
  EXPECT_EQ(counters(RulePlace::kPolicy), (rules::RuleCounters{4, 112}));
  EXPECT_EQ(gate.firewall.counters(Family::ipv6, {}), rules::RuleCounters{});
}

TEST(Firewall, EachFamilyHasItsRules) {
  Gate gate(filter("-A FORWARD -j DROP"), linux_6(), filter("-A FORWARD -p ipv6-icmp -j ACCEPT"));
  const Octets ping6 = built([](auto out) {
    const Address from = address("fd00:1::5"), to = address("fd00:2::5");
    Octets echo(8);
    echo.resize(build_icmpv6(echo, from, to, 128, 0, 1, {}));
    return build_ipv6(out, {.source = from, .destination = to, .next_header = 58}, echo);
  });
  EXPECT_EQ(gate.verdict(ping(kA, kB)), Verdict::drop);
  const Decision decision = gate.handle(ping6);
  EXPECT_EQ(decision.verdict, Verdict::accept);
  EXPECT_EQ(decision.family, Family::ipv6);
  EXPECT_EQ(gate.where(decision), "filter FORWARD 1");
}

TEST(Firewall, NamesAndSentences) {
  EXPECT_EQ(name(Verdict::reject), "REJECT");
  EXPECT_EQ(sentence(Uncertainty::none), "");
  EXPECT_EQ(sentence(Obstacle::none), "");
  for (const Obstacle obstacle : {Obstacle::table_full, Obstacle::ttl}) {
    EXPECT_FALSE(sentence(obstacle).empty());
  }
}

}  // namespace
}  // namespace statewall
