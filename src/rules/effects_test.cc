#include "rules/effects.h"

#include <gtest/gtest.h>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;
using What = ConnmarkTarget::What;

bool apply_to(const Target& target, Sample& sample, Lookup* lookup = nullptr) {
  return apply(target, sample.subject, lookup);
}

TEST(MarkTarget, ChangesTheBitsOfItsMask) {
  Sample sample(ipv4(99, {}));
  sample.subject.mark = 0xff00ff;
  EXPECT_TRUE(apply_to(MarkTarget{0x12, 0xffffffff}, sample));
  EXPECT_EQ(sample.subject.mark, 0x12u);
  apply_to(MarkTarget{0x20, 0xf0}, sample);
  EXPECT_EQ(sample.subject.mark, 0x22u);
  apply_to(MarkTarget{0x03, 0}, sample);
  EXPECT_EQ(sample.subject.mark, 0x21u) << "without a mask it flips bits";
}

TEST(TtlTarget, StaysWithinAByte) {
  using How = TtlTarget::How;
  Sample sample(ipv4(99, {}));
  const auto ttl_after = [&](How how, std::uint8_t value, std::uint8_t before) {
    sample.subject.ttl = before;
    EXPECT_TRUE(apply_to(TtlTarget{how, value}, sample));
    return int{sample.subject.ttl};
  };
  EXPECT_EQ(ttl_after(How::set, 7, 64), 7);
  EXPECT_EQ(ttl_after(How::increase, 7, 64), 71);
  EXPECT_EQ(ttl_after(How::increase, 200, 64), 255);
  EXPECT_EQ(ttl_after(How::decrease, 7, 64), 57);
  EXPECT_EQ(ttl_after(How::decrease, 65, 64), 0);
}

TEST(TosTarget, ChangesTheBitsOfItsMask) {
  Sample sample(ipv4({.source = kA, .destination = kB, .protocol = 99, .tos = 0x1b}, {}));
  apply_to(TosTarget{0x10, 0x3c}, sample);
  EXPECT_EQ(sample.subject.tos, 0x13);
  apply_to(TosTarget{0xff, 0}, sample);
  EXPECT_EQ(sample.subject.tos, 0xec);
}

TEST(DscpTarget, LeavesTheTwoBitsOfCongestion) {
  Sample sample(ipv4({.source = kA, .destination = kB, .protocol = 99, .tos = 0xff}, {}));
  apply_to(DscpTarget{0x2e}, sample);
  EXPECT_EQ(sample.subject.tos, 0xbb);
  apply_to(DscpTarget{0}, sample);
  EXPECT_EQ(sample.subject.tos, 0x03);
}

// Table raw sees at once what such a target did.
TEST(CtTarget, SetsWhatTrackingLooksUp) {
  const Octets packet = ipv4(99, {});
  Sample untracked(packet);
  Lookup lookup;
  EXPECT_TRUE(apply_to(CtTarget{.notrack = true}, untracked, &lookup));
  EXPECT_TRUE(lookup.notrack);
  EXPECT_EQ(untracked.subject.state, State::untracked);
  Sample zoned(packet);
  EXPECT_TRUE(apply_to(CtTarget{.zone_given = true, .zone = 9}, zoned, &lookup));
  EXPECT_EQ(lookup.zone, 9);
  EXPECT_EQ(zoned.subject.state, State::new_);
  Sample marked(packet);
  marked.subject.mark = 0x70005;
  EXPECT_TRUE(apply_to(CtTarget{.zone_given = true, .zone_from_mark = true}, marked, &lookup));
  EXPECT_EQ(lookup.zone, 5);
  Sample halfway(packet);
  EXPECT_FALSE(
      apply_to(CtTarget{.zone_given = true, .zone = 2, .for_reply = false}, halfway, &lookup))
      << "a zone of one direction is not as in a kernel";
}

TEST(CtTarget, OnlyTheFirstCounts) {
  Sample sample(ipv4(99, {}));
  Lookup lookup;
  apply_to(CtTarget{.zone_given = true, .zone = 1}, sample, &lookup);
  EXPECT_TRUE(apply_to(CtTarget{.zone_given = true, .zone = 2}, sample, &lookup));
  EXPECT_TRUE(apply_to(CtTarget{.notrack = true}, sample, &lookup));
  EXPECT_EQ(lookup.zone, 1);
  EXPECT_FALSE(lookup.notrack);
  EXPECT_TRUE(apply_to(CtTarget{.notrack = true}, sample)) << "behind tracking it does nothing";
}

/// A packet that opened a connection, which is confirmed or not yet.
class Connmark : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    sample.observe(world.tracker(), 0);
    if (GetParam()) world.tracker().confirm();
  }
  std::uint32_t connmark() { return world.tracker().find(sample.subject.connection)->mark; }

  World world{linux_6()};
  Sample sample{ipv4(protocol::udp, udp(1, 2))};
};

TEST_P(Connmark, Set) {
  EXPECT_TRUE(apply_to(ConnmarkTarget{.what = What::set, .value = 0x34}, sample));
  EXPECT_EQ(connmark(), 0x34u);
  apply_to(ConnmarkTarget{.what = What::set, .value = 0x50, .ctmask = 0xf0}, sample);
  EXPECT_EQ(connmark(), 0x54u);
  apply_to(ConnmarkTarget{.what = What::set, .value = 1, .shift = 4}, sample);
  EXPECT_EQ(connmark(), 0x10u);
  EXPECT_EQ(sample.subject.mark, 0u) << "the packet keeps its own";
}

TEST_P(Connmark, SaveAndRestore) {
  sample.subject.mark = 0xabcd;
  apply_to(ConnmarkTarget{.what = What::save}, sample);
  EXPECT_EQ(connmark(), 0xabcdu);
  sample.subject.mark = 0x1234;
  apply_to(ConnmarkTarget{.what = What::save, .ctmask = 0xff, .nfmask = 0xf0}, sample);
  EXPECT_EQ(connmark(), 0xab30u);
  apply_to(ConnmarkTarget{.what = What::restore, .ctmask = 0xff00, .nfmask = 0xff00}, sample);
  EXPECT_EQ(sample.subject.mark, 0xab34u);
  apply_to(ConnmarkTarget{.what = What::restore}, sample);
  EXPECT_EQ(sample.subject.mark, 0xab30u);
  apply_to(ConnmarkTarget{.what = What::restore, .shift = 8, .shift_right = true}, sample);
  EXPECT_EQ(sample.subject.mark, 0xabu);
}

TEST_P(Connmark, RulesBehindSeeTheNewMark) {
  ASSERT_TRUE(holds(ConnmarkMatch{{0, 0xffffffff}}, sample));
  apply_to(ConnmarkTarget{.what = What::set, .value = 7}, sample);
  EXPECT_TRUE(holds(ConnmarkMatch{{7, 0xffffffff}}, sample));
}

TEST_P(Connmark, OutlivesConfirmation) {
  apply_to(ConnmarkTarget{.what = What::set, .value = 7}, sample);
  world.tracker().confirm();
  EXPECT_EQ(connmark(), 7u);
  Sample again(ipv4(protocol::udp, udp(1, 2)));
  EXPECT_EQ(again.observe(world.tracker(), 1).mark, 7u);
}

INSTANTIATE_TEST_SUITE_P(Either, Connmark, ::testing::Bool(),
                         [](const auto& with) { return with.param ? "Confirmed" : "FirstPacket"; });

TEST(ConnmarkTarget, WithoutAConnectionItDoesNothing) {
  World world(linux_6());
  Sample stray(ipv4(protocol::icmp, icmp(0, 0, 1)));
  stray.observe(world.tracker(), 0);
  stray.subject.mark = 9;
  for (const What what : {What::set, What::save, What::restore}) {
    EXPECT_TRUE(apply_to(ConnmarkTarget{.what = what, .value = 7}, stray));
  }
  EXPECT_EQ(stray.subject.mark, 9u);
}

}  // namespace
}  // namespace statewall::rules
