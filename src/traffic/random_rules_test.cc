#include "traffic/random_rules.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace statewall {
namespace {

constexpr std::uint64_t kSeeds = 300;

std::vector<std::vector<std::string>> lines(const std::string& ruleset) {
  std::vector<std::vector<std::string>> all;
  std::istringstream text(ruleset);
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    all.emplace_back();
    for (std::string word; words >> word;) all.back().push_back(word);
  }
  return all;
}

/// The words that follow these options, over many seeds.
std::set<std::string> words_behind(Family family, const std::string& option) {
  std::set<std::string> found;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (const auto& line : lines(random_ruleset(seed, family))) {
      for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        if (line[i] == option) found.insert(line[i + 1]);
      }
    }
  }
  return found;
}

TEST(RandomRuleset, TheSameSeedGivesTheSame) {
  EXPECT_EQ(random_ruleset(7, Family::ipv4), random_ruleset(7, Family::ipv4));
  EXPECT_NE(random_ruleset(7, Family::ipv4), random_ruleset(8, Family::ipv4));
  EXPECT_NE(random_ruleset(7, Family::ipv4), random_ruleset(7, Family::ipv6));
}

TEST(RandomRuleset, HasEveryMatch) {
  const std::set<std::string> both = {
      "tcp",      "udp",     "sctp",      "esp",      "multiport", "state", "conntrack", "mark",
      "connmark", "comment", "iprange",   "addrtype", "length",    "tos",   "dscp",      "mac",
      "pkttype",  "limit",   "hashlimit", "recent",   "statistic", "time"};
  std::set<std::string> four = both, six = both;
  four.insert({"icmp", "ttl", "ah"});
  six.insert({"icmp6", "hl", "ah", "frag", "rt", "hbh", "dst"});
  EXPECT_EQ(words_behind(Family::ipv4, "-m"), four);
  EXPECT_EQ(words_behind(Family::ipv6, "-m"), six);
}

TEST(RandomRuleset, HasEveryTarget) {
  const std::set<std::string> both = {"ACCEPT", "DROP",     "RETURN", "REJECT",  "LOG", "NFLOG",
                                      "MARK",   "CONNMARK", "CT",     "NOTRACK", "TOS", "DSCP",
                                      "c0",     "c1",       "c2",     "c3"};
  std::set<std::string> four = both, six = both;
  four.insert("TTL");
  six.insert("HL");
  EXPECT_EQ(words_behind(Family::ipv4, "-j"), four);
  EXPECT_EQ(words_behind(Family::ipv6, "-j"), six);
  EXPECT_EQ(words_behind(Family::ipv4, "-g"), (std::set<std::string>{"c0", "c1", "c2", "c3"}));
  EXPECT_EQ(words_behind(Family::ipv4, "--reject-with").size(), 8u);
  EXPECT_EQ(words_behind(Family::ipv6, "--reject-with").size(), 7u);
}

TEST(RandomRuleset, ChainsLeadOnlyToLaterOnes) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (const auto& line : lines(random_ruleset(seed, Family::ipv4))) {
      if (line[0] != "-A" || line[1][0] != 'c') continue;
      for (std::size_t i = 2; i + 1 < line.size(); ++i) {
        const bool jump = (line[i] == "-j" || line[i] == "-g") && line[i + 1][0] == 'c';
        EXPECT_TRUE(!jump || line[i + 1] > line[1]) << seed;
      }
    }
  }
}

}  // namespace
}  // namespace statewall
