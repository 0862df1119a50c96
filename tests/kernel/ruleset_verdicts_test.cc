#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/kernel/jumping_clock.h"
#include "verify/rules_campaign.h"

// The rulesets of tests/rules/verdicts before our firewall and before this machine's own iptables:
// verdicts, answers, log lines, states, counters and tables must be the same. Skipped where there
// is no kernel for us.

namespace statewall {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(STATEWALL_SOURCE_DIR) / "tests/rules/verdicts";

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The rulesets, by name without the ending.
std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const std::string name = entry.path().stem();
    if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  }
  std::ranges::sort(all);
  return all;
}

class RulesetVerdicts : public ::testing::TestWithParam<std::string> {};

TEST_P(RulesetVerdicts, AreThoseOfTheKernel) {
  constexpr std::size_t kPackets = 800, kRuns = 20;
  RulesetVerifierConfig config{generated_plan(), {}};
  config.rules.ipv4 = text_of(kFolder / (GetParam() + ".rules"));
  config.rules.ipv6 = text_of(kFolder / (GetParam() + ".rules6"));
  auto both = RulesetVerifier::create(config);
  if (!both && both.error().kind == ErrorKind::runtime) GTEST_SKIP() << both.error().text();
  ASSERT_TRUE(both) << both.error().text();
  const auto verdict = play_rules(*both, traffic_for_rules(7, kPackets), kRuns);
  ASSERT_TRUE(verdict) << verdict.error().text();
  EXPECT_FALSE(verdict->differs()) << rules_difference_text(*verdict->difference);
  EXPECT_GT(verdict->tally.compared, kPackets / 3);
}

INSTANTIATE_TEST_SUITE_P(Written, RulesetVerdicts, ::testing::ValuesIn(names()),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

/// Seeds of rules and of traffic at once.
struct RandomRules {
  std::uint64_t seed;
  std::size_t packets;
};
constexpr RandomRules kRandomRules[] = {
    {1, 500},
    {2, 500},
    {3, 500},
    {4, 500},
    {5, 500},
    // Each of these found something, within so many packets.
    {101, 100},   // the IP id of an answer that the router hears itself, on lo
    {105, 100},   // raw's NOTRACK of an answer that came in again on lo
    {107, 2000},  // no protocol in a later fragment of extension headers
    {136, 6000},  // an IPv6 authentication header that is longer than its packet
    {146, 200},   // LOG --log-uid of what the router sends, with a mark behind it
};

TEST(RandomRulesetVerdicts, AreThoseOfTheKernel) {
  for (const auto& [seed, packets] : kRandomRules) {
    RulesetVerifierConfig config{generated_plan(), random_rules(seed)};
    auto both = RulesetVerifier::create(config);
    if (!both && both.error().kind == ErrorKind::runtime) GTEST_SKIP() << both.error().text();
    ASSERT_TRUE(both) << "seed " << seed << ": " << both.error().text();
    const auto verdict = play_rules(*both, traffic_for_rules(seed, packets), 20);
    ASSERT_TRUE(verdict) << "seed " << seed << ": " << verdict.error().text();
    EXPECT_FALSE(verdict->differs())
        << "seed " << seed << ": " << rules_difference_text(*verdict->difference);
  }
}

// The log ruleset's play of the corpus came to differ on a busy machine: a datagram was for one two
// seconds behind its first, and for the other not yet.
TEST(RulesetVerdictsByTheClock, CountOnlyIfTheyComeAgain) {
  RulesetVerifierConfig config{generated_plan(), {}};
  config.rules.ipv4 = text_of(kFolder / "log.rules");
  config.rules.ipv6 = text_of(kFolder / "log.rules6");
  int jumps = 100;  // while the packets are played first
  config.clock = testing::jumping_clock(jumps);
  auto both = RulesetVerifier::create(config);
  if (!both && both.error().kind == ErrorKind::runtime) GTEST_SKIP() << both.error().text();
  ASSERT_TRUE(both) << both.error().text();
  const auto packets = traffic_for_rules(1, 300, *traffic_mix("udp"));
  const auto once = play_rules(*both, packets, 20);
  ASSERT_TRUE(once) << once.error().text();
  ASSERT_EQ(jumps, 0);
  ASSERT_TRUE(once->difference);
  EXPECT_TRUE(once->difference->tables);
  EXPECT_FALSE(once->differs());
  EXPECT_FALSE(once->tally.differs());

  jumps = 1'000'000;
  const auto always = play_rules(*both, packets, 1);
  ASSERT_TRUE(always) << always.error().text();
  EXPECT_TRUE(always->differs());
  EXPECT_TRUE(always->tally.differs());
}

}  // namespace
}  // namespace statewall
