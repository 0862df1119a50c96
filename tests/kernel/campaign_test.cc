#include "verify/campaign.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "scenario/parser.h"
#include "tests/kernel/jumping_clock.h"
#include "verify/scenario_verifier.h"
#include "wire/testing.h"

// Generated traffic through both, where there is a kernel for us.

namespace statewall {
namespace {

using namespace testing;

constexpr std::string_view kHead = "profile linux-2.4\n";

class CampaignTest : public ::testing::Test {
 protected:
  void SetUp() override { begin(linux_2_4(), real_time); }

  void begin(const Profile& profile, const OurClock& clock) {
    auto created = SideBySide::create({.profile = profile}, {}, clock);
    if (!created) GTEST_SKIP() << created.error().text();
    both_.emplace(std::move(*created));
    config_.mix = *traffic_mix("icmp");
    config_.packets = 300;
  }

  std::optional<SideBySide> both_;
  CampaignConfig config_;
};

const Octets kQueryBytes = ipv4(protocol::icmp, icmp(8, 0, 0x12340001));
const CampaignPacket kQuery{kQueryBytes};
// A14: kernels 2.4 do not look at the checksum of a query.
const CampaignPacket kBad{with(kQueryBytes, 22, hex("ffff"))};

TEST_F(CampaignTest, PlaysPacketsUpToTheFirstThatDiffers) {
  const CampaignPacket packets[] = {kQuery, kBad, kQuery};
  const auto played = play_packets(*both_, packets);
  ASSERT_TRUE(played);
  ASSERT_TRUE(played->difference);
  EXPECT_EQ(played->difference->packets.size(), 2u);
  EXPECT_FALSE(played->difference->packet->agree());
  const auto first = play_packets(*both_, std::span(packets, 1));
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->difference);
}

// The old profile differs from any kernel of today, soon.
TEST_F(CampaignTest, ShrinksWhatDiffers) {
  const auto verdict = play_seed(*both_, 1, config_);
  ASSERT_TRUE(verdict);
  ASSERT_TRUE(verdict->difference);
  EXPECT_TRUE(verdict->differs());
  EXPECT_TRUE(verdict->minimal);
  EXPECT_LE(verdict->difference->packets.size(), 3u);
  EXPECT_LE(verdict->difference->packets.size(), verdict->packets);

  // Played as a scenario it is the same, and says what the kernel does.
  const std::string text = scenario_of(*verdict->difference, std::string(kHead));
  const ParsedScenario parsed = parse_scenario(text, "x");
  ASSERT_TRUE(parsed.errors.empty()) << text;
  const ScenarioVerdict again = verify_scenarios({parsed.scenario}).front();
  ASSERT_EQ(again.differences.size(), 1u) << text;
  EXPECT_NE(again.differences[0].text.find("\n    kernel "), std::string::npos) << text;
}

TEST_F(CampaignTest, ShrinksNothingWithoutRuns) {
  config_.most_runs = 0;
  const auto verdict = play_seed(*both_, 1, config_);
  ASSERT_TRUE(verdict && verdict->difference);
  EXPECT_EQ(verdict->difference->packets.size(), verdict->packets);
  EXPECT_TRUE(verdict->differs());
  EXPECT_EQ(verdict->runs, 1u);
}

// A datagram that is for one two seconds behind its first, and for the other not yet.
TEST_F(CampaignTest, WhatDiffersOnlyOnceIsNoDifference) {
  int jumps = 100;  // while the packets are played first
  begin(linux_6(), jumping_clock(jumps));
  if (IsSkipped()) return;
  config_.mix = *traffic_mix("udp");
  const auto verdict = play_seed(*both_, 1, config_);
  ASSERT_TRUE(verdict);
  ASSERT_EQ(jumps, 0);
  ASSERT_TRUE(verdict->difference);
  EXPECT_TRUE(verdict->difference->tables);
  EXPECT_FALSE(verdict->differs());
  EXPECT_EQ(verdict->runs, 1u);
}

}  // namespace
}  // namespace statewall
