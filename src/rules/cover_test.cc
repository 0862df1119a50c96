#include "rules/cover.h"

#include <gtest/gtest.h>

#include <string>

#include "rules/exclude.h"
#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;

/// Two rules by their conditions, in a chain that may have any.
class Two {
 public:
  Two(const std::string& one, const std::string& other)
      : rules_(ruleset("*mangle\n-A FORWARD " + one + "\n-A FORWARD " + other + "\nCOMMIT\n")) {}
  const Rule& one() const { return rule(0); }
  const Rule& other() const { return rule(1); }

 private:
  const Rule& rule(std::size_t index) const {
    const Table& table = rules_.tables[0];
    const auto chain = static_cast<std::size_t>(table.at_hook[static_cast<int>(Hook::forward)]);
    return table.chains[chain].rules[index];
  }
  Ruleset rules_;
};

bool covers(const std::string& wide, const std::string& narrow, Changes changed = 0) {
  const Two two(wide, narrow);
  const Rule* met[] = {&two.other()};
  return covers(two.one(), met, changed);
}

bool exclude(const std::string& one, const std::string& other, Changes changed = 0) {
  const Two two(one, other);
  const bool answer = excludes(two.one(), two.other(), changed);
  EXPECT_EQ(excludes(two.other(), two.one(), changed), answer) << one << " | " << other;
  return answer;
}

struct Pair {
  const char *one, *other;
};

TEST(Cover, WhatIsWiderOrTheSame) {
  for (const Pair& pair : {
           Pair{"", "-p tcp"},
           {"-p tcp", "-p tcp --dport 80"},
           {"! -p tcp", "-p udp"},
           {"! -p tcp", "! -p tcp"},
           {"-s 10.0.0.0/8", "-s 10.1.0.0/16"},
           {"! -s 10.1.0.0/16", "! -s 10.0.0.0/8"},
           {"-s 0/0", "-s 10.0.0.1"},
           {"-i eth+", "-i eth0"},
           {"-i eth+", "-i eth1+"},
           {"-i +", ""},
           {"-f", "-f"},
           {"-p tcp --dport 1:1024", "-p tcp --dport 80"},
           {"-p tcp --sport 0:65535", "-p tcp"},
           {"-p tcp --syn", "-p tcp --syn --dport 80"},
           {"-p udp --sport 53", "-p udp --sport 53 --dport 53"},
           {"-p icmp --icmp-type any", "-p icmp"},
           {"-p icmp --icmp-type 3", "-p icmp --icmp-type 3/4"},
           {"-m conntrack --ctstate NEW,RELATED", "-m state --state NEW"},
           {"-m conntrack ! --ctstate INVALID", "-m conntrack --ctstate NEW"},
           {"-m length --length 0:100", "-m length --length 40"},
           {"-m mark --mark 1", "-m mark --mark 1 -p tcp"},
           {"-m comment --comment a", ""},
           {"-m comment --comment a", "-m comment --comment b -m limit --limit 1/s"},
       }) {
    EXPECT_TRUE(covers(pair.one, pair.other)) << pair.one << " | " << pair.other;
  }
}

TEST(Cover, WhatLeavesSomethingOrIsNotCertain) {
  for (const Pair& pair : {
           Pair{"-p tcp", ""},
           {"-p tcp", "-p udp"},
           {"! -p tcp", ""},
           {"! -p tcp", "-p tcp"},
           {"-s 10.1.0.0/16", "-s 10.0.0.0/8"},
           {"! -s 10.0.0.0/8", "! -s 10.1.0.0/16"},
           {"-s 10.0.0.0/8", "! -s 10.0.0.0/8"},
           {"-s 10.0.0.0/8", "-d 10.0.0.0/8"},
           {"-i eth0", "-i eth+"},
           {"-i eth0", "-o eth0"},
           {"! -i eth+", "-i lo"},
           {"! -f", "-f"},
           {"-p tcp --dport 80", "-p tcp --dport 80:81"},
           {"-p tcp ! --dport 80", "-p tcp --dport 80"},
           {"-p tcp --syn", "-p tcp"},
           {"-p icmp --icmp-type 3/4", "-p icmp --icmp-type 3"},
           {"-m conntrack --ctstate NEW", "-m conntrack --ctstate NEW,RELATED"},
           {"-m conntrack --ctstate NEW", ""},
           {"-m length --length 40", "-m length --length 0:100"},
           {"-m limit --limit 1/s", "-m limit --limit 1/s"},
           {"-m recent --name a --rcheck", "-m recent --name a --rcheck"},
           {"-m statistic --mode nth --every 2 --packet 0",
            "-m statistic --mode nth --every 2 --packet 0"},
       }) {
    EXPECT_FALSE(covers(pair.one, pair.other)) << pair.one << " | " << pair.other;
  }
}

TEST(Cover, SeveralRulesTogether) {
  const Two two("-s 10.0.0.1 -m mark --mark 1", "-p tcp --dport 80");
  const Rule* both[] = {&two.one(), &two.other()};
  const Two wide("-s 10.0.0.0/8 -p tcp -m mark --mark 1", "-i lan -p tcp");
  EXPECT_TRUE(covers(wide.one(), both));
  EXPECT_FALSE(covers(wide.one(), Met(both).first(1)));
  EXPECT_FALSE(covers(wide.one(), Met(both).last(1)));
  EXPECT_FALSE(covers(wide.other(), both));
  EXPECT_FALSE(covers(wide.one(), {}));
  EXPECT_TRUE(covers(Rule{}, {}));
}

TEST(Cover, WhatRulesBetweenMayChange) {
  EXPECT_FALSE(covers("-m mark --mark 1", "-m mark --mark 1", change::kMark));
  EXPECT_TRUE(covers("-m mark --mark 1", "-m mark --mark 1", change::kTos | change::kTtl));
  EXPECT_FALSE(covers("-m dscp --dscp 1", "-m dscp --dscp 1", change::kTos));
  EXPECT_FALSE(covers("-m ttl --ttl-gt 1", "-m ttl --ttl-gt 1", change::kTtl));
  EXPECT_FALSE(covers("-m connmark --mark 1", "-m connmark --mark 1", change::kConnmark));
  EXPECT_FALSE(covers("-m state --state NEW", "-m state --state NEW", change::kTracking));
  EXPECT_TRUE(covers("-p tcp", "-p tcp --dport 1", 0xff));
}

TEST(Exclude, WhatNoPacketMeetsBothOf) {
  for (const Pair& pair : {
           Pair{"-p tcp", "-p udp"},
           {"-p tcp", "! -p tcp"},
           {"-s 10.0.0.0/8", "-s 11.0.0.0/8"},
           {"-s 10.0.0.0/8", "-s 11.0.0.1"},
           {"! -d 10.0.0.0/8", "-d 10.2.0.0/16"},
           {"-i eth0", "-i eth1"},
           {"-i eth+", "-i lo"},
           {"-i eth+", "-i wlan+"},
           {"! -i eth+", "-i eth0"},
           {"! -o eth0", "-o eth0"},
           {"-f", "! -f"},
           {"-p tcp --dport 80", "-p tcp --dport 81:90"},
           {"-p udp --sport 80", "-p udp ! --sport 70:90"},
           {"-p icmp --icmp-type 8", "-p icmp --icmp-type 0"},
           {"-p icmp --icmp-type 3/1", "-p icmp --icmp-type 3/4"},
           {"-m state --state NEW", "-m conntrack --ctstate ESTABLISHED,RELATED"},
           {"-m state --state NEW", "-m conntrack ! --ctstate NEW,INVALID"},
           {"-m length --length 0:99", "-m length --length 100"},
       }) {
    EXPECT_TRUE(exclude(pair.one, pair.other)) << pair.one << " | " << pair.other;
  }
}

TEST(Exclude, WhatSomeMeetOrWhatIsNotCertain) {
  for (const Pair& pair : {
           Pair{"", ""},
           {"-p tcp", ""},
           {"! -p tcp", "! -p udp"},
           {"! -p tcp", "-p udp"},
           {"-s 10.0.0.0/8", "-s 10.1.0.0/16"},
           {"-s 10.0.0.0/8", "-d 11.0.0.0/8"},
           {"! -s 10.0.0.0/8", "! -s 11.0.0.0/8"},
           {"! -s 10.1.0.0/16", "-s 10.0.0.0/8"},
           {"-i eth+", "-i eth0"},
           {"-i eth+", "-i eth1+"},
           {"-i +", "-i lo"},
           {"! -i eth0", "-i eth+"},
           {"-i eth0", "-o eth1"},
           {"-p tcp --dport 80", "-p tcp --dport 70:80"},
           {"-p tcp ! --dport 80", "-p tcp --dport 70:80"},
           {"-p tcp --dport 80", "-p tcp --sport 81"},
           {"-p icmp --icmp-type 3", "-p icmp --icmp-type 3/4"},
           {"-p icmp --icmp-type any", "-p icmp --icmp-type 8"},
           {"-m conntrack --ctstate DNAT", "-m conntrack --ctstate NEW"},
           {"-m conntrack --ctstate NEW,RELATED", "-m state --state RELATED"},
           {"-m mark --mark 1", "-m mark --mark 2"},
       }) {
    EXPECT_FALSE(exclude(pair.one, pair.other)) << pair.one << " | " << pair.other;
  }
  EXPECT_FALSE(exclude("-m state --state NEW", "-m state --state RELATED", change::kTracking));
}

TEST(Cover, WhatEndsAWalk) {
  const Two verdict("-j DROP", "-j RETURN"), others("-j MARK --set-mark 1", "");
  EXPECT_TRUE(is_verdict(verdict.one().target));
  EXPECT_FALSE(is_verdict(verdict.other().target));
  EXPECT_TRUE(is_final(verdict.one()));
  EXPECT_TRUE(is_final(verdict.other()));
  EXPECT_FALSE(is_final(others.one()));
  EXPECT_FALSE(is_final(others.other()));
  EXPECT_TRUE(takes_all(verdict.one()));
}

}  // namespace
}  // namespace statewall::rules
