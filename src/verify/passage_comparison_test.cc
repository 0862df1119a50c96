#include "verify/passage_comparison.h"

#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using What = PassageDifference::What;

RouterPassage forwarded() {
  RouterPassage passage;
  passage.packet.fate = RouterFate::forwarded;
  passage.packet.state = State::new_;
  passage.packet.direction = Direction::original;
  passage.packet.out = "wan";
  return passage;
}

RouterPassage rejected() {
  RouterPassage passage = forwarded();
  passage.packet.fate = RouterFate::dropped;
  passage.packet.out.clear();
  RouterJourney answer;
  answer.fate = RouterFate::forwarded;
  answer.out = "lan";
  answer.state = State::related;
  answer.direction = Direction::reply;
  answer.written = testing::ipv4(protocol::icmp, testing::icmp(3, 3, 0, testing::Octets(28)));
  passage.answers.push_back(answer);
  return passage;
}

std::vector<What> whats(const RouterPassage& ours, const RouterPassage& kernels) {
  std::vector<What> all;
  for (const auto& difference : compare_passages(ours, kernels)) all.push_back(difference.what);
  return all;
}

TEST(PassageComparison, TheSame) {
  EXPECT_TRUE(whats(forwarded(), forwarded()).empty());
  EXPECT_TRUE(whats(rejected(), rejected()).empty());
}

TEST(PassageComparison, VerdictStateAndMark) {
  RouterPassage other = forwarded();
  other.packet.out = "dmz";
  EXPECT_EQ(
      compare_passages(forwarded(), other),
      (std::vector<PassageDifference>{{What::verdict, "forwarded to wan", "forwarded to dmz"}}));
  other = forwarded();
  other.packet.state = State::invalid;
  other.packet.mark = 1;
  EXPECT_EQ(whats(forwarded(), other), (std::vector<What>{What::state, What::mark}));
  other = forwarded();
  other.packet.fate = RouterFate::dropped;
  other.packet.mark = 1;
  EXPECT_EQ(whats(forwarded(), other), std::vector<What>{What::verdict});
}

TEST(PassageComparison, WhatNoRuleSeesIsTheSame) {
  RouterPassage refused, held;
  held.packet.fate = RouterFate::held;
  EXPECT_TRUE(whats(refused, held).empty());
  EXPECT_FALSE(whats(refused, forwarded()).empty());
}

TEST(PassageComparison, AnswersButForTheIdOfIcmp) {
  RouterPassage other = rejected();
  other.answers[0].written[4] = 9;
  other.answers[0].written[10] = 9;
  EXPECT_TRUE(whats(rejected(), other).empty());
  other.answers[0].written[20] = 4;
  EXPECT_EQ(whats(rejected(), other), std::vector<What>{What::answer});
  other = rejected();
  other.answers[0].out = "wan";
  EXPECT_EQ(whats(rejected(), other), std::vector<What>{What::answer});
  other.answers.clear();
  EXPECT_EQ(compare_passages(other, rejected())[0].ours, "no answer");
}

TEST(PassageComparison, AResetButForItsChecksum) {
  const testing::Octets packet =
      testing::ipv4(protocol::tcp, testing::tcp({.source_port = 80, .flags = 4}));
  RouterPassage ours = rejected();
  ours.answers[0].written = packet;
  RouterPassage kernels = ours;
  kernels.answers[0].written[36] ^= 1;
  EXPECT_TRUE(whats(ours, kernels).empty());
  kernels.answers[0].written[4] = 9;
  EXPECT_EQ(whats(ours, kernels), std::vector<What>{What::answer});
  // Ours must be right, though.
  ours.answers[0].written[36] ^= 1;
  EXPECT_EQ(whats(ours, ours), std::vector<What>{What::answer});
}

TEST(PassageComparison, LogLines) {
  RouterPassage ours = forwarded(), kernels = forwarded();
  ours.log = {{4, "IN=lan OUT=wan ID=1 PROTO=ICMP "}};
  kernels.log = {{4, "IN=lan OUT=wan ID=2 PROTO=ICMP "}};
  EXPECT_EQ(whats(ours, kernels), std::vector<What>{What::log});
  ours.log = {{4, "a: IN= OUT=wan ID=1 PROTO=ICMP TYPE=3 ID=5 "}};
  kernels.log = {{4, "a: IN= OUT=wan ID=2 PROTO=ICMP TYPE=3 ID=5 UID=0 GID=0 "}};
  EXPECT_TRUE(compare_passages(ours, kernels).empty());
  ours.log = {{4, "IN= OUT=wan ID=1 PROTO=253 MARK=0x1 "}};
  kernels.log = {{4, "IN= OUT=wan ID=1 PROTO=253 UID=0 GID=0 MARK=0x1 "}};
  EXPECT_TRUE(compare_passages(ours, kernels).empty()) << "what follows the user";
  ours.log = {{4, "IN=lo OUT= MAC=00 SRC=10.0.0.1 ID=0 PROTO=ICMP TYPE=3 [ID=7 ] "}};
  kernels.log = {{4, "IN=lo OUT= MAC=00 SRC=10.0.0.1 ID=9 PROTO=ICMP TYPE=3 [ID=7 ] "}};
  EXPECT_TRUE(compare_passages(ours, kernels).empty()) << "an answer to itself";
  ours.log = {{4, "IN=lo OUT= ID=1 PROTO=UDP "}};
  kernels.log = {{4, "IN=lo OUT= ID=2 PROTO=UDP "}};
  EXPECT_FALSE(compare_passages(ours, kernels).empty());
  ours.log = {{4, "a: IN= OUT=wan ID=1 PROTO=ICMP TYPE=3 ID=5 "}};
  kernels.log = {{4, "a: IN= OUT=wan ID=2 PROTO=ICMP TYPE=3 ID=5 UID=0 GID=0 "}};
  EXPECT_TRUE(whats(ours, kernels).empty());
  kernels.log[0].level = 5;
  EXPECT_EQ(whats(ours, kernels), std::vector<What>{What::log});
  kernels.log.clear();
  EXPECT_EQ(compare_passages(ours, kernels)[0].kernels, "no line");
}

TEST(PassageComparison, Nflog) {
  RouterPassage other = forwarded();
  other.nflog = {{5, "a"}, {5, ""}};
  EXPECT_EQ(compare_passages(forwarded(), other),
            (std::vector<PassageDifference>{{What::nflog, "none", "5:\"a\", 5:\"\""}}));
}

}  // namespace
}  // namespace statewall
