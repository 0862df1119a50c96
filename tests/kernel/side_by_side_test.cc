#include "verify/side_by_side.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenario/parser.h"
#include "verify/scenario_verifier.h"
#include "wire/testing.h"

// Ours beside the kernel's, where there is one for us: root, with namespaces.

namespace statewall {
namespace {

using namespace testing;

const Octets kQuery = ipv4(protocol::icmp, icmp(8, 0, 0x12340001, hex("6162636465666768")));
const Octets kUnasked =
    ipv4({.source = kB, .destination = kA, .protocol = protocol::icmp}, icmp(0, 0, 7));

class SideBySideTest : public ::testing::Test {
 protected:
  void SetUp() override { begin({}); }

  void begin(const std::vector<std::string>& settings, const Profile& profile = linux_2_4()) {
    auto created = SideBySide::create({.profile = profile}, settings);
    if (!created) GTEST_SKIP() << created.error().text();
    both_.emplace(std::move(*created));
  }

  SideBySide::Kind pass(const Octets& packet, LinkType link = LinkType::raw,
                        std::size_t original = 0) {
    Frame frame{.bytes = packet, .original_length = original ? original : packet.size()};
    frame.link = link;
    frame.number = ++number_;
    const auto kind = both_->pass(frame);
    EXPECT_TRUE(kind) << (kind ? "" : kind.error().text());
    return kind ? *kind : SideBySide::Kind::not_ip;
  }

  std::optional<SideBySide> both_;
  std::uint64_t number_ = 0;
};

TEST_F(SideBySideTest, WhereBothAgree) {
  for (const Octets& packet : {kQuery, kQuery, kUnasked, with(kQuery, 10, hex("ffff"))}) {
    EXPECT_EQ(pass(packet), SideBySide::Kind::compared);
    EXPECT_TRUE(both_->seen().agree()) << number_;
  }
  EXPECT_EQ(both_->seen().ours.state, State::none);
  EXPECT_FALSE(*both_->compare_tables());
}

TEST_F(SideBySideTest, WhereTheyDiffer) {
  // A14: kernels 2.4 do not look at the checksum of a query.
  Octets query = kQuery;
  query[22] ^= 1;
  pass(query);
  EXPECT_FALSE(both_->seen().agree());
  EXPECT_EQ(both_->seen().ours.state, State::new_);
  EXPECT_EQ(both_->seen().kernels.state, State::invalid);
  EXPECT_EQ(both_->seen().kernels.words, "nf_ct_proto_1: bad hw icmp checksum");
  EXPECT_EQ(both_->compare_tables()->only_ours.size(), 1u);
}

TEST_F(SideBySideTest, WhatIsNotCompared) {
  EXPECT_EQ(pass(first(kQuery, 30), LinkType::raw, kQuery.size()), SideBySide::Kind::cut);
  EXPECT_EQ(pass(first(kQuery, 10), LinkType::raw, kQuery.size()), SideBySide::Kind::cut);
  EXPECT_EQ(pass(hex("ffffffffffff 020000000001 0806 0001"), LinkType::ethernet),
            SideBySide::Kind::not_ip);
  EXPECT_EQ(both_->ours().size(), 0u);
  // A frame that lost no more than padding is whole.
  EXPECT_EQ(pass(kQuery, LinkType::raw, kQuery.size() + 18), SideBySide::Kind::compared);
  EXPECT_EQ(both_->seen().kernels.state, State::new_);
}

TEST_F(SideBySideTest, TheLinkLayerIsLeftOut) {
  const Octets tagged = hex("ffffffffffff 020000000001 8100 0001 0800") + kQuery + Octets(20);
  EXPECT_EQ(pass(tagged, LinkType::ethernet), SideBySide::Kind::compared);
  EXPECT_EQ(both_->seen().kernels.state, State::new_);
  EXPECT_TRUE(both_->seen().agree());
}

TEST_F(SideBySideTest, BeginsAnew) {
  pass(kQuery);
  EXPECT_FALSE(both_->begin_anew());
  EXPECT_EQ(both_->ours().size(), 0u);
  EXPECT_TRUE(both_->kernels().counters());
  EXPECT_FALSE(*both_->compare_tables());
  // Fragments take another namespace.
  pass(ipv4({.source = kA, .destination = kB, .protocol = 17, .more_fragments = true}, Octets(8)));
  EXPECT_FALSE(both_->begin_anew());
  pass(kQuery);
  EXPECT_EQ(both_->seen().kernels.state, State::new_);
  EXPECT_TRUE(both_->seen().agree());
}

TEST_F(SideBySideTest, SettingsThatTheKernelHasNot) {
  begin({"icmp_timeout", "icmp_error_types"});
  EXPECT_EQ(both_->kernels().unknown_settings(),
            std::vector<std::string>{"nf_conntrack_icmp_error_types"});
}

ScenarioVerdict verdict_on(const std::string& text) {
  ParsedScenario parsed = parse_scenario("statewall-scenario 1\nprofile linux-2.4\n" + text, "x");
  EXPECT_TRUE(parsed.errors.empty()) << parsed.errors.front().text();
  return verify_scenarios({parsed.scenario}).front();
}

class ScenarioVerifierTest : public SideBySideTest {};

TEST_F(ScenarioVerifierTest, Agrees) {
  const ScenarioVerdict verdict = verdict_on(
      "0.0 10.0.0.1 > 10.0.0.2 icmp echo-request id 1 seq 1 => state NEW direction original\n"
      "0.0 10.0.0.2 > 10.0.0.1 icmp echo-reply id 2 seq 1 => state INVALID\n"
      "0.0 table 1\n");
  EXPECT_EQ(verdict.packets, 2u);
  EXPECT_TRUE(verdict.differences.empty()) << verdict.differences.front().text;
}

TEST_F(ScenarioVerifierTest, TellsWhereTheScenarioIsWrong) {
  const ScenarioVerdict verdict = verdict_on(
      "0.0 10.0.0.1 > 10.0.0.2 icmp echo-request id 1 seq 1 => state INVALID\n"
      "0.0 table empty\n");
  ASSERT_EQ(verdict.differences.size(), 2u);
  EXPECT_EQ(verdict.differences[0].line, 3);
  EXPECT_EQ(verdict.differences[0].text,
            "packet 1 (10.0.0.1 > 10.0.0.2 icmp echo-request): the scenario expects state INVALID, "
            "the kernel says NEW original");
  EXPECT_TRUE(verdict.differences[1].text.starts_with(
      "table: the scenario expects 0, the kernel has 1\n    ipv4     2 icmp     1 "));
}

TEST_F(ScenarioVerifierTest, TimeReallyPasses) {
  const ScenarioVerdict verdict = verdict_on(
      "set icmp_timeout=1\n"
      "0.0 10.0.0.1 > 10.0.0.2 icmp echo-request id 1 seq 1 => state NEW\n"
      "1.3 10.0.0.2 > 10.0.0.1 icmp echo-reply id 1 seq 1 => state INVALID\n"
      "1.3 table empty\n");
  EXPECT_TRUE(verdict.differences.empty()) << verdict.differences.front().text;
}

TEST_F(ScenarioVerifierTest, ADroppedPacketOpensNothing) {
  const ScenarioVerdict verdict = verdict_on(
      "0.0 10.0.0.1 > 10.0.0.2 icmp echo-request id 1 seq 1 drop => state NEW\n"
      "0.0 10.0.0.2 > 10.0.0.1 icmp echo-reply id 1 seq 1 => state INVALID\n");
  EXPECT_TRUE(verdict.differences.empty()) << verdict.differences.front().text;
}

TEST_F(ScenarioVerifierTest, WhatTheKernelCannotPlay) {
  EXPECT_EQ(verdict_on("61.0 table empty\n").left_out,
            "it waits 61 s, and here that time really passes: at most 60 s");
  EXPECT_EQ(verdict_on("set max=7\n0.0 table empty\n").left_out,
            "no namespace of the kernel has a setting for max");
}

}  // namespace
}  // namespace statewall
