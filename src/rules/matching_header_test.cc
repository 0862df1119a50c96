#include <gtest/gtest.h>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;

const Octets kToUs = hex("020000000001 0200000000aa 0800");
const Octets kToAll = hex("ffffffffffff 0200000000aa 0800");
const Octets kToSome = hex("01005e000001 0200000000aa 0800");

TEST(LengthMatch, CountsTheIpHeaderOfEitherFamily) {
  const Sample four(ipv4(99, Octets(80))), six(ipv6(59, Octets(60)));
  for (const Sample* sample : {&four, &six}) {
    EXPECT_TRUE(holds(LengthMatch{{100, 100}}, *sample));
    EXPECT_TRUE(holds(LengthMatch{{0, 100}}, *sample));
    EXPECT_FALSE(holds(LengthMatch{{0, 99}}, *sample));
    EXPECT_FALSE(holds(LengthMatch{{101, 65535}}, *sample));
    EXPECT_FALSE(holds(LengthMatch{{100, 100, true}}, *sample));
    EXPECT_TRUE(holds(LengthMatch{{101, 65535, true}}, *sample));
  }
}

TEST(TtlMatch, ComparesWithTheTtlAsItIsNow) {
  using How = TtlMatch::How;
  Sample sample(ipv4(99, {}));
  sample.subject.ttl = 63;
  struct Case {
    How how;
    std::uint8_t value;
    bool holds;
  };
  for (const Case& c :
       {Case{How::equal, 63, true}, Case{How::equal, 64, false}, Case{How::not_equal, 64, true},
        Case{How::not_equal, 63, false}, Case{How::less, 64, true}, Case{How::less, 63, false},
        Case{How::greater, 62, true}, Case{How::greater, 63, false}}) {
    EXPECT_EQ(holds(TtlMatch{c.how, c.value}, sample), c.holds) << int{c.value};
  }
}

TEST(TosMatch, UnderAMask) {
  Sample sample(ipv4({.source = kA, .destination = kB, .protocol = 99, .tos = 0x1c}, {}));
  EXPECT_TRUE(holds(TosMatch{0x1c, 0xff}, sample));
  EXPECT_FALSE(holds(TosMatch{0x10, 0xff}, sample));
  EXPECT_TRUE(holds(TosMatch{0x10, 0x3f & 0x10}, sample));
  EXPECT_FALSE(holds(TosMatch{0x1c, 0xff, true}, sample));
  EXPECT_TRUE(holds(TosMatch{0x10, 0xff, true}, sample));
  sample.subject.tos = 0x10;
  EXPECT_TRUE(holds(TosMatch{0x10, 0xff}, sample)) << "as a target left it";
}

TEST(DscpMatch, IsTheUpperSixBits) {
  Sample sample(ipv4({.source = kA, .destination = kB, .protocol = 99, .tos = 0xbb}, {}));
  EXPECT_TRUE(holds(DscpMatch{0x2e}, sample));
  EXPECT_FALSE(holds(DscpMatch{0x2e, true}, sample));
  EXPECT_FALSE(holds(DscpMatch{0xbb & 0x3f}, sample));
}

TEST(DscpMatch, OfIpv6StandsInTheTrafficClass) {
  const Octets packet = built([](auto out) {
    const Ipv6Fields fields{.source = address("fd00::1"),
                            .destination = address("fd00::2"),
                            .next_header = 59,
                            .traffic_class = 0xb8,
                            .flow_label = 0xfffff};
    return build_ipv6(out, fields, {});
  });
  EXPECT_TRUE(holds(DscpMatch{0x2e}, Sample(packet)));
  EXPECT_TRUE(holds(TosMatch{0xb8, 0xff}, Sample(packet)));
}

TEST(MacMatch, IsTheSourceOfTheFrame) {
  const MacMatch match{{2, 0, 0, 0, 0, 0xaa}};
  const MacMatch other{{2, 0, 0, 0, 0, 1}};
  const Sample sample(ipv4(99, {}), kToUs);
  EXPECT_TRUE(holds(match, sample));
  EXPECT_FALSE(holds(other, sample));
  EXPECT_FALSE(holds(MacMatch{match.source, true}, sample));
  EXPECT_TRUE(holds(MacMatch{other.source, true}, sample));
}

TEST(MacMatch, NeedsAFrameThatCameIn) {
  const MacMatch match{{2, 0, 0, 0, 0, 0xaa}};
  for (const bool inverted : {false, true}) {
    Sample sample(ipv4(99, {}), kToUs);
    sample.subject.hook = Hook::postrouting;
    EXPECT_FALSE(holds(MacMatch{match.source, inverted}, sample)) << "the kernel no longer tells";
    EXPECT_FALSE(holds(MacMatch{match.source, inverted}, Sample(ipv4(99, {}))));
    EXPECT_FALSE(holds(MacMatch{match.source, inverted}, Sample(ipv4(99, {}), first(kToUs, 13))));
  }
  Sample unnamed(ipv4(99, {}), kToUs);
  unnamed.subject.in = {};
  EXPECT_TRUE(holds(match, unnamed)) << "whatever the name of its interface";
}

TEST(PkttypeMatch, IsTheDestinationOfTheFrame) {
  using Type = PkttypeMatch::Type;
  const auto type_is = [](const Octets& frame, Type type) {
    return holds(PkttypeMatch{type}, Sample(ipv4(99, {}), frame));
  };
  for (const Type type : {Type::unicast, Type::broadcast, Type::multicast, Type::otherhost}) {
    EXPECT_EQ(type_is(kToUs, type), type == Type::unicast);
    EXPECT_EQ(type_is(kToAll, type), type == Type::broadcast);
    EXPECT_EQ(type_is(kToSome, type), type == Type::multicast);
    EXPECT_EQ(type_is({}, type), type == Type::unicast) << "no frame";
    EXPECT_EQ(holds(PkttypeMatch{type, true}, Sample(ipv4(99, {}), kToAll)),
              type != Type::broadcast);
  }
  Sample sent(ipv4(99, {}), kToAll);
  sent.subject.local = true;
  EXPECT_TRUE(holds(PkttypeMatch{Type::unicast}, sent)) << "the firewall's own";
}

TEST(CommentMatch, AlwaysHolds) { EXPECT_TRUE(holds(CommentMatch{"x"}, Sample(ipv4(99, {})))); }

TEST(UnsupportedMatch, NeverHolds) {
  EXPECT_FALSE(holds(UnsupportedMatch{"u32", "-m u32 --u32 0"}, Sample(ipv4(99, {}))));
}

}  // namespace
}  // namespace statewall::rules
