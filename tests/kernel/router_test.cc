#include "kernel/router.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "wire/testing.h"

// The kernel as a router behind iptables, where there is one for us: root, with namespaces.

namespace statewall {
namespace {

using namespace testing;
using rules::Topology;

const Octets kQuery = ipv4(protocol::icmp, icmp(8, 0, 0x12340001, hex("6162636465666768")));
const Octets kSyn =
    ipv4(protocol::tcp, tcp({.source_port = 1024, .destination_port = 23, .flags = 2}));

class RouterTest : public ::testing::Test {
 protected:
  void begin(const std::string& rules, const std::string& rules6 = "") {
    RouterConfig config;
    for (const char* local : {"192.168.1.1/24=lan", "10.0.0.1/24=wan", "2001:db8::ff/64=wan"}) {
      config.plan.locals.push_back(*Topology::parse_local(local));
    }
    config.plan.routes = Topology::parse_route("default=wan");
    config.rules = rules;
    config.rules6 = rules6;
    config.nflog_groups = {0, 7};
    auto created = KernelRouter::create(config);
    if (!created) GTEST_SKIP() << created.error().text();
    router_.emplace(std::move(*created));
  }

  RouterPassage pass(const Octets& packet, const std::string& interface) {
    const auto mac = router_->mac_of(interface);
    Octets frame(mac.begin(), mac.end());
    const bool six = packet[0] >> 4 == 6;
    frame = frame + hex("020000000001") + (six ? hex("86dd") : hex("0800")) + packet;
    auto passage = router_->pass(frame, interface);
    EXPECT_TRUE(passage) << passage.error().text();
    return passage ? std::move(*passage) : RouterPassage{};
  }

  std::optional<KernelRouter> router_;
};

TEST_F(RouterTest, ForwardsAndTracks) {
  begin("*filter\n-A FORWARD -j LOG --log-prefix \"fwd: \" --log-level info\nCOMMIT\n");
  if (!router_) return;
  const RouterPassage there = pass(kQuery, "lan");
  EXPECT_EQ(there.packet.fate, RouterFate::forwarded);
  EXPECT_EQ(there.packet.state, State::new_);
  EXPECT_EQ(there.packet.out, "wan");
  ASSERT_EQ(there.packet.bytes.size(), kQuery.size());
  EXPECT_EQ(there.packet.bytes[8], kQuery[8] - 1) << "the TTL";
  ASSERT_EQ(there.log.size(), 1u);
  EXPECT_EQ(there.log[0].level, 6);
  EXPECT_EQ(there.log[0].text,
            "fwd: IN=lan OUT=wan MAC=02:53:57:00:00:01:02:00:00:00:00:01:08:00 SRC=192.168.1.6 "
            "DST=10.0.0.10 LEN=36 TOS=0x00 PREC=0x00 TTL=63 ID=0 PROTO=ICMP TYPE=8 CODE=0 ID=4660 "
            "SEQ=1 ");
  // It was confirmed behind the last rule.
  const Octets reply = ipv4({.source = kB, .destination = kA, .protocol = protocol::icmp},
                            icmp(0, 0, 0x12340001, hex("6162636465666768")));
  const RouterPassage back = pass(reply, "wan");
  EXPECT_EQ(back.packet.state, State::established);
  EXPECT_EQ(back.packet.direction, Direction::reply);
  EXPECT_EQ(back.packet.out, "lan");
  EXPECT_EQ(router_->table()->size(), 1u);
}

TEST_F(RouterTest, DropsAndLeavesNoEntry) {
  begin("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n");
  if (!router_) return;
  const RouterPassage passage = pass(kQuery, "lan");
  EXPECT_EQ(passage.packet.fate, RouterFate::dropped);
  EXPECT_EQ(passage.packet.state, State::new_);
  EXPECT_TRUE(passage.answers.empty());
  EXPECT_TRUE(router_->table()->empty());
}

TEST_F(RouterTest, RejectsWithAnAnswerThatIsTracked) {
  begin(
      "*filter\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\n"
      "-A FORWARD -j REJECT\n-A OUTPUT -j LOG\nCOMMIT\n");
  if (!router_) return;
  const RouterPassage reset = pass(kSyn, "lan");
  EXPECT_EQ(reset.packet.fate, RouterFate::dropped);
  ASSERT_EQ(reset.answers.size(), 1u);
  EXPECT_EQ(reset.answers[0].fate, RouterFate::forwarded);
  EXPECT_EQ(reset.answers[0].out, "lan");
  EXPECT_EQ(reset.answers[0].bytes.size(), 40u);
  ASSERT_EQ(reset.log.size(), 1u);
  const RouterPassage error = pass(kQuery, "lan");
  ASSERT_EQ(error.answers.size(), 1u);
  EXPECT_EQ(error.answers[0].state, State::related);
  EXPECT_EQ(error.answers[0].bytes.at(20), 3);
}

TEST_F(RouterTest, TellsOfNflogMarksAndCounters) {
  begin(
      "*mangle\n-A PREROUTING -j MARK --set-mark 0x17\nCOMMIT\n"
      "*filter\n-A FORWARD -p icmp -j NFLOG --nflog-group 7 --nflog-prefix seven\n"
      "-A FORWARD -j NFLOG\nCOMMIT\n");
  if (!router_) return;
  const RouterPassage passage = pass(kQuery, "lan");
  EXPECT_EQ(passage.packet.mark, 0x17u);
  using Nflog = RouterPassage::Nflog;
  EXPECT_EQ(passage.nflog, (std::vector<Nflog>{{7, "seven"}, {0, ""}}));
  const auto saved = router_->saved(Family::ipv4);
  ASSERT_TRUE(saved);
  EXPECT_NE(saved->find("[1:36] -A FORWARD -p icmp"), std::string::npos) << *saved;
  ASSERT_TRUE(*router_->reset());
  EXPECT_EQ(router_->saved(Family::ipv4)->find("[1:36]"), std::string::npos);
}

TEST_F(RouterTest, DeliversAndSends) {
  begin("*filter\n-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n");
  if (!router_) return;
  const Address self = Address::ipv4(0xc0a80101);
  const RouterPassage in = pass(
      ipv4({.source = kA, .destination = self, .protocol = protocol::icmp}, icmp(8, 0, 1)), "lan");
  EXPECT_EQ(in.packet.fate, RouterFate::delivered);
  EXPECT_TRUE(in.answers.empty());
  const auto out = router_->send(
      ipv4({.source = self, .destination = kA, .protocol = protocol::icmp, .id = 1}, icmp(0, 0, 1)),
      Family::ipv4);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->packet.fate, RouterFate::forwarded);
  EXPECT_EQ(out->packet.state, State::established);
  EXPECT_EQ(out->packet.out, "lan");
  const auto rejected = router_->send(kSyn, Family::ipv4);
  ASSERT_TRUE(rejected);
  EXPECT_EQ(rejected->packet.fate, RouterFate::dropped);
}

TEST_F(RouterTest, WhatNeverReachesARule) {
  begin("*filter\nCOMMIT\n");
  if (!router_) return;
  EXPECT_EQ(pass(with(kQuery, 10, hex("ffff")), "lan").packet.fate, RouterFate::refused);
  const RouterPassage old = pass(
      ipv4({.source = kA, .destination = kB, .protocol = protocol::icmp, .ttl = 1}, icmp(8, 0, 1)),
      "lan");
  EXPECT_EQ(old.packet.fate, RouterFate::not_routed);
  EXPECT_EQ(old.answers.size(), 1u);
  EXPECT_EQ(
      pass(
          ipv4({.source = kA, .destination = kB, .protocol = protocol::udp, .more_fragments = true},
               Octets(8)),
          "lan")
          .packet.fate,
      RouterFate::held);
  EXPECT_FALSE(*router_->reset());
}

TEST_F(RouterTest, SpeaksIpv6) {
  begin("", "*filter\n-A FORWARD -j REJECT\n-A OUTPUT -j LOG\nCOMMIT\n");
  if (!router_) return;
  const Octets probe = ipv6(protocol::udp, hex("0001 0002 0008 0000"));
  const RouterPassage passage = pass(probe, "wan");
  ASSERT_EQ(passage.answers.size(), 1u);
  EXPECT_EQ(passage.answers[0].bytes.at(40), 1);
  EXPECT_EQ(passage.log.size(), 1u);
}

TEST_F(RouterTest, RefusesRulesAsIptablesDoes) {
  RouterConfig config;
  config.plan.routes = Topology::parse_route("default=wan");
  config.rules = "*filter\n-A FORWARD -j NOSUCH\nCOMMIT\n";
  const auto created = KernelRouter::create(config);
  ASSERT_FALSE(created);
  if (created.error().text().find("root") != std::string::npos) GTEST_SKIP();
  EXPECT_NE(created.error().text().find("iptables-restore refuses: "), std::string::npos)
      << created.error().text();
}

}  // namespace
}  // namespace statewall
