#include "verify/campaign.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "scenario/parser.h"
#include "verify/scenario_verifier.h"
#include "wire/testing.h"

// Generated traffic through both, where there is a kernel for us.

namespace statewall {
namespace {

using namespace testing;

constexpr std::string_view kHead = "profile linux-2.4\n";

class CampaignTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto created = SideBySide::create({.profile = linux_2_4()}, {});
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
  ASSERT_TRUE(*played);
  EXPECT_EQ((*played)->packets.size(), 2u);
  EXPECT_FALSE((*played)->packet->agree());
  EXPECT_FALSE(*play_packets(*both_, std::span(packets, 1)));
}

// The old profile differs from any kernel of today, soon.
TEST_F(CampaignTest, ShrinksWhatDiffers) {
  const auto verdict = play_seed(*both_, 1, config_);
  ASSERT_TRUE(verdict);
  ASSERT_TRUE(verdict->difference);
  EXPECT_TRUE(verdict->again);
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
  EXPECT_EQ(verdict->runs, 0u);
}

}  // namespace
}  // namespace statewall
