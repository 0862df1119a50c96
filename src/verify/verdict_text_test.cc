#include "verify/verdict_text.h"

#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

TEST(VerdictText, StateAndDirection) {
  EXPECT_EQ(verdict_text(State::related, Direction::reply), "RELATED reply");
  EXPECT_EQ(verdict_text(State::invalid, Direction::none), "INVALID");
  EXPECT_EQ(verdict_text(State::none, Direction::none), "-");
}

TEST(VerdictText, WhatTheKernelSays) {
  KernelVerdict verdict;
  EXPECT_EQ(kernel_verdict_text(verdict, 3), "-; never reached conntrack");
  verdict.fragment = true;
  EXPECT_EQ(kernel_verdict_text(verdict, 3), "-; held, or dropped by the reassembly");
  verdict.state = State::new_;
  verdict.direction = Direction::original;
  verdict.number = 2;
  EXPECT_EQ(kernel_verdict_text(verdict, 3), "NEW original; with fragment 2");
  verdict.number = 3;
  EXPECT_EQ(kernel_verdict_text(verdict, 3), "NEW original");
  verdict.state = State::invalid;
  verdict.direction = Direction::none;
  verdict.words = "nf_ct_proto_1: bad hw icmp checksum";
  EXPECT_EQ(kernel_verdict_text(verdict, 3), "INVALID; nf_ct_proto_1: bad hw icmp checksum");
}

TEST(VerdictText, BothBesideEachOther) {
  BothVerdicts seen;
  seen.packet = testing::read(testing::ipv4(1, testing::icmp(42, 0, 0)));
  seen.ours.state = State::invalid;
  seen.ours.reason = Reason::icmp_type_untracked;
  seen.kernels.state = State::new_;
  seen.kernels.direction = Direction::original;
  EXPECT_FALSE(seen.agree());
  Buffer text;
  append_both_verdicts(text, "x.pcap:7", 7, seen);
  EXPECT_EQ(fmt::to_string(text),
            "x.pcap:7 IP 192.168.1.6 > 10.0.0.10: ICMP type 42 (Extended Echo Request), length 8\n"
            "    statewall INVALID; is ICMP type 42, which neither asks, answers nor reports on a "
            "packet\n"
            "    kernel    NEW original");
}

TEST(VerdictText, WhatDifferedOnlyOnce) {
  EXPECT_EQ(differed_once_text(0), "");
  EXPECT_EQ(differed_once_text(2), ", 2 only once");
}

TEST(VerdictText, EntriesThatOnlyOneHas) {
  Buffer text;
  append_table_difference(text, {{"a", "b"}, {"c"}}, 1);
  EXPECT_EQ(fmt::to_string(text),
            "    only statewall: a\n"
            "    only statewall: ... 1 more\n"
            "    only kernel:    c\n");
}

}  // namespace
}  // namespace statewall
