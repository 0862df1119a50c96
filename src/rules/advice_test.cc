#include "rules/advice.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;

std::string said(const Ruleset& ruleset) {
  std::string out;
  for (const Advice& each : advise(ruleset)) {
    out += std::to_string(each.line) + ": " + each.message + "\n";
  }
  return out;
}

/// What is said of lines of table filter that lets all pass; the first is line 2.
std::string of(const std::string& lines) { return said(ruleset("*filter\n" + lines + "COMMIT\n")); }

/// The same of `:a`, `:b` and rules; the first rule is line 4.
std::string with_chains(const std::string& rules) { return of(":a - [0:0]\n:b - [0:0]\n" + rules); }

TEST(Advice, WithinAChain) {
  EXPECT_EQ(of("-A INPUT -p tcp -j DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n"
               "-A INPUT -j ACCEPT\n-A INPUT -m state --state ESTABLISHED -j ACCEPT\n"
               "-A INPUT -s 10.0.0.1\n"),
            "3: this rule never matches: line 2 takes all of it\n"
            "5: packets of known connections never come to this rule: line 4 takes every packet\n"
            "6: this rule never matches: line 4 takes every packet\n");
  EXPECT_EQ(of("-A INPUT -p tcp\n-A INPUT -p tcp -j LOG\n-A INPUT -p tcp -j DROP\n"), "");
}

TEST(Advice, BehindAJumpFromWhichNothingComesBack) {
  const std::string rules =
      "-A INPUT -p tcp -j a\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p udp -j ACCEPT\n";
  const std::string never =
      "5: this rule never matches: line 4 sends all of it to chain 'a', from which nothing comes "
      "back\n";
  const std::string b = "3: no packet ever comes to chain 'b'\n";
  for (const char* ends : {"-A a -j DROP\n", "-A a -s 10.0.0.1 -j ACCEPT\n-A a -j REJECT\n",
                           "-A a -j LOG\n-A a -p tcp -j ACCEPT\n"}) {
    EXPECT_EQ(with_chains(rules + ends), b + never) << ends;
  }
  for (const char* ends :
       {"-A a -s 10.0.0.1 -j DROP\n", "-A a -s 10.0.0.1 -j RETURN\n-A a -j DROP\n", "-A a -j LOG\n",
        "-A a -p tcp --dport 23 -j DROP\n"}) {
    EXPECT_EQ(with_chains(rules + ends), b) << ends;
  }
  EXPECT_EQ(with_chains(rules + "-A a -p tcp --dport 1:100 -j DROP\n"), b + never)
      << "what the rule asks for is what is looked for behind the jump";
}

TEST(Advice, BehindJumpsOfJumps) {
  const std::string rules = "-A INPUT -p tcp -j a\n-A INPUT -p tcp -j ACCEPT\n";
  const std::string never =
      "5: this rule never matches: line 4 sends all of it to chain 'a', from which nothing comes "
      "back\n";
  for (const char* ends : {"-A a -j b\n-A b -j DROP\n", "-A a -g b\n-A b -j DROP\n",
                           "-A a -j b\n-A a -j DROP\n-A b -s 10.0.0.1 -j RETURN\n",
                           "-A a -s 10.0.0.1 -g b\n-A a -j DROP\n-A b -p tcp -j REJECT\n",
                           "-A a -s 10.0.0.1 -g b\n-A a -j DROP\n-A b -s 10.0.0.0/8 -j ACCEPT\n"}) {
    EXPECT_EQ(with_chains(rules + ends), never) << ends;
  }
  for (const char* ends : {"-A a -g b\n-A a -p udp -j DROP\n-A b -p udp -j DROP\n",
                           "-A a -s 10.0.0.1 -g b\n-A a -j DROP\n-A b -p udp -j DROP\n",
                           "-A a -j b\n-A b -p udp -j DROP\n"}) {
    EXPECT_EQ(with_chains(rules + ends).find("5: "), std::string::npos) << ends;
  }
}

TEST(Advice, WhatCallersDecidedBefore) {
  EXPECT_EQ(with_chains("-A INPUT -p tcp --dport 1:1024 -j DROP\n-A INPUT -p tcp -j a\n"
                        "-A a -p tcp --dport 22 -j ACCEPT\n-A a -j b\n-A b -p tcp --dport 23\n"
                        "-A b -p tcp --dport 2300\n"),
            "6: this rule never matches: line 4 takes all of it before it comes to chain 'a'\n"
            "8: this rule never matches: line 4 takes all of it before it comes to chain 'b'\n");
  const std::string callers =
      "-A INPUT -s 10.0.0.1 -j DROP\n-A INPUT -j a\n-A FORWARD -j a\n-A a -s 10.0.0.1\n-A a -j b\n"
      "-A b -j LOG\n";
  EXPECT_EQ(with_chains(callers), "") << "one of the ways is open";
  EXPECT_EQ(with_chains("-A FORWARD -s 10.0.0.0/8 -j ACCEPT\n" + callers),
            "8: this rule never matches: nothing of it comes to chain 'a'\n");
}

TEST(Advice, WhatTheJumpAsksForCounts) {
  EXPECT_EQ(with_chains("-A INPUT -i lan -s 10.0.0.1 -j DROP\n-A INPUT -i lan -j a\n"
                        "-A a -s 10.0.0.1 -p tcp\n-A a -j b\n-A b -j LOG\n"),
            "6: this rule never matches: line 4 takes all of it before it comes to chain 'a'\n");
}

TEST(Advice, WhatCallersDoNotLetIn) {
  EXPECT_EQ(with_chains("-A INPUT -p tcp -j a\n-A a -p udp -j DROP\n-A a -p tcp -j b\n"
                        "-A b -p icmp\n-A b -p tcp --dport 1\n"),
            "5: this rule never matches: line 4 lets nothing of it come to chain 'a'\n"
            "7: this rule never matches: line 6 lets nothing of it come to chain 'b'\n");
  EXPECT_EQ(with_chains("-A INPUT -p tcp -j a\n-A INPUT -p udp -j a\n-A a -p icmp\n"
                        "-A a -p udp\n-A a -j b\n-A b -i lan\n"),
            "6: this rule never matches: nothing of it comes to chain 'a'\n");
}

TEST(Advice, ChainsThatAreNeverEntered) {
  EXPECT_EQ(with_chains("-A INPUT -p tcp -j DROP\n-A INPUT -p tcp -j a\n-A a -j b\n-A b -p tcp\n"),
            "2: no packet ever comes to chain 'a': line 4 takes all of them\n"
            "3: no packet ever comes to chain 'b': line 4 takes all of them\n"
            "5: this rule never matches: line 4 takes all of it\n")
      << "and nothing of their rules";
  EXPECT_EQ(with_chains("-A a -j b\n-A b -j a\n-A a -j DROP\n"),
            "2: no packet ever comes to chain 'a'\n3: no packet ever comes to chain 'b'\n")
      << "loops do no harm there";
}

TEST(Advice, WhatChangesOnTheWayIsNotHeldAgainstARule) {
  const auto mangle = [](const std::string& lines) {
    return said(ruleset("*mangle\n" + lines + "COMMIT\n"));
  };
  const std::string twice =
      "-A FORWARD -m mark --mark 1 -j ACCEPT\n-A FORWARD -m mark --mark 1 -j DROP\n";
  EXPECT_EQ(mangle(twice), "3: this rule never matches: line 2 takes all of it\n");
  EXPECT_EQ(mangle("-A FORWARD -m mark --mark 1 -j ACCEPT\n-A FORWARD -j MARK --set-mark 1\n"
                   "-A FORWARD -m mark --mark 1 -j DROP\n"),
            "");
}

TEST(Advice, ErrorsThatSomeWayLetsThrough) {
  const std::string drop = ":INPUT DROP [0:0]\n:x - [0:0]\n";
  const std::string warning =
      "2: chain 'INPUT' drops ICMP errors about connections (RELATED); path-MTU discovery fails "
      "without them\n";
  const std::string back = "-A INPUT -j x\n-A INPUT -p icmp -j ACCEPT\n";
  EXPECT_EQ(of(drop + "-A INPUT -j x\n-A x -p tcp -j ACCEPT\n"), warning);
  EXPECT_EQ(of(drop + back + "-A x -m mark --mark 1 -j RETURN\n-A x -j DROP\n"), "");
  const std::string all = of(drop + back + "-A x -j DROP\n");
  EXPECT_EQ(all.substr(0, warning.size()), warning);
}

TEST(Advice, TimeIsBounded) {
  // Ten ways from each chain to the next, each of which must be looked at.
  std::string lines;
  for (int i = 0; i < 14; ++i) lines += ":c" + std::to_string(i) + " - [0:0]\n";
  lines += "-A INPUT -s 10.0.0.0/8 -j DROP\n-A INPUT -j c0\n";
  for (int i = 0; i < 13; ++i) {
    for (int j = 0; j < 10; ++j) {
      lines += "-A c" + std::to_string(i) + " -j c" + std::to_string(i + 1) + "\n";
    }
  }
  for (int i = 0; i < 3000; ++i) lines += "-A c13 -s 10.0.0." + std::to_string(i % 256) + "\n";
  EXPECT_EQ(of(lines), "") << "nothing is certain";
}

}  // namespace
}  // namespace statewall::rules
