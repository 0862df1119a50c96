#include <gtest/gtest.h>

#include "rules/testing.h"

// IPv6 extension headers. What is expected of broken ones is what a kernel did with them.

namespace statewall::rules {
namespace {

using namespace statewall::testing;
using Option = OptionsMatch::Option;

constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kAuthentication = 51,
                       kDestination = 60;
const Octets kUdp = hex("0001 0002 0008 0000");

Matching of_packet(const Match& match, std::uint8_t kind, const Octets& rest) {
  return test(match, Sample(ipv6(kind, rest)));
}

TEST(OptionsMatch, OptionsInTheirOrder) {
  const Octets padded = hex("1100 0104 00000000") + kUdp;
  const Octets alert = hex("1100 0502 0000 0100") + kUdp;
  const auto follow = [](const std::vector<Option>& options, const Octets& packet) {
    const OptionsMatch match{.destination = true, .options = options};
    return of_packet(match, kDestination, packet) == Matching::yes;
  };
  EXPECT_TRUE(follow({{1, 4}}, padded));
  EXPECT_TRUE(follow({{1, -1}}, padded));
  EXPECT_FALSE(follow({{1, 3}}, padded));
  EXPECT_FALSE(follow({{5, -1}}, padded));
  EXPECT_FALSE(follow({{1, 4}, {0, -1}}, padded)) << "there is but one";
  EXPECT_TRUE(follow({{5, 2}}, alert));
  EXPECT_TRUE(follow({{5, 2}, {1, 0}}, alert));
  EXPECT_FALSE(follow({{1, 0}, {5, 2}}, alert));
  EXPECT_FALSE(follow({{1, 0}}, alert)) << "from the first on";
  const Octets single = hex("1100 0000 0502 0000") + kUdp;
  EXPECT_TRUE(follow({{0, -1}, {0, -1}, {5, 2}}, single));
  EXPECT_FALSE(follow({{5, 2}}, single)) << "padding counts";
}

TEST(OptionsMatch, TheLastOptionMayReachBeyondTheHeader) {
  const Octets packet = hex("1100 0120 00000000") + kUdp;
  const auto follow = [&](const std::vector<Option>& options) {
    return of_packet(OptionsMatch{.destination = true, .options = options}, kDestination, packet);
  };
  EXPECT_EQ(follow({{1, -1}}), Matching::yes);
  EXPECT_EQ(follow({{1, 32}}), Matching::yes);
  EXPECT_EQ(follow({{1, -1}, {0, -1}}), Matching::no);
  const Octets cut = hex("1100 0103 00000001") + kUdp;
  const OptionsMatch twice{.destination = true, .options = {{1, 3}, {1, -1}}};
  EXPECT_EQ(of_packet(twice, kDestination, cut), Matching::no) << "the second has no length";
}

TEST(OptionsMatch, Length) {
  const Octets packet = hex("1101 0104 00000000 0106 000000000000") + kUdp;
  for (const bool destination : {false, true}) {
    const std::uint8_t kind = destination ? kDestination : kHopByHop;
    OptionsMatch match{.destination = destination, .length = 16, .length_given = true};
    EXPECT_EQ(of_packet(match, kind, packet), Matching::yes);
    match.length = 8;
    EXPECT_EQ(of_packet(match, kind, packet), Matching::no);
    match.length_inverted = true;
    EXPECT_EQ(of_packet(match, kind, packet), Matching::yes);
    match.destination = !destination;
    EXPECT_EQ(of_packet(match, kind, packet), Matching::no) << "of the other kind";
  }
}

TEST(RtMatch, FieldsOfTheHeader) {
  const auto with_header = [](const RtMatch& match, const char* header) {
    return of_packet(match, kRouting, hex(header) + kUdp) == Matching::yes;
  };
  constexpr const char *kZero = "1100 0000 00000000", *kThree = "1100 0302 00000000";
  EXPECT_TRUE(with_header({.type_given = true, .type = 0}, kZero));
  EXPECT_FALSE(with_header({.type_given = true, .type = 0}, kThree));
  EXPECT_TRUE(with_header({.type_given = true, .type_inverted = true, .type = 0}, kThree));
  EXPECT_TRUE(with_header({.segments_left = {2, 9}, .segments_left_given = true}, kThree));
  EXPECT_FALSE(with_header({.segments_left = {0, 1}, .segments_left_given = true}, kThree));
  EXPECT_TRUE(with_header({.segments_left = {0, 1, true}, .segments_left_given = true}, kThree));
  EXPECT_TRUE(with_header({.length = 8, .length_given = true}, kZero));
  EXPECT_FALSE(with_header({.length = 8, .length_given = true, .length_inverted = true}, kZero));
  EXPECT_TRUE(with_header({.reserved = true}, kZero));
  EXPECT_FALSE(with_header({.reserved = true}, "1100 0000 00000001"));
}

TEST(RtMatch, AddressesStrictOrNot) {
  const Octets header = hex("1106 0003 00000000") + hex("fd000000000000000000000000000001") +
                        hex("fd000000000000000000000000000002") +
                        hex("fd000000000000000000000000000003") + kUdp;
  const auto follow = [&](const std::vector<Address>& addresses, bool strict) {
    const RtMatch match{.addresses = addresses, .addresses_not_strict = !strict};
    return of_packet(match, kRouting, header) == Matching::yes;
  };
  const Address one = address("fd00::1"), two = address("fd00::2"), three = address("fd00::3");
  EXPECT_TRUE(follow({one, two, three}, true));
  EXPECT_FALSE(follow({one, two}, true)) << "not all of them";
  EXPECT_FALSE(follow({two, one, three}, true));
  EXPECT_FALSE(follow({one, two, three, one}, true));
  EXPECT_TRUE(follow({one, three}, false));
  EXPECT_TRUE(follow({two}, false));
  EXPECT_FALSE(follow({three, one}, false));
  EXPECT_FALSE(follow({address("fd00::4")}, false));
}

TEST(FragMatch, FieldsOfTheHeader) {
  const auto with_header = [](const FragMatch& match, const char* header) {
    return of_packet(match, kFragment, hex(header) + kUdp) == Matching::yes;
  };
  constexpr const char *kFirst = "1100 0001 00000007", *kMiddle = "1100 0009 00000007",
                       *kLast = "1100 0010 00000007", *kWhole = "1100 0000 00000007";
  struct Case {
    const char* header;
    bool first, more, last;
  };
  for (const Case& c : {Case{kFirst, true, true, false}, Case{kMiddle, false, true, false},
                        Case{kLast, false, false, true}, Case{kWhole, true, false, true}}) {
    EXPECT_EQ(with_header({.first = true}, c.header), c.first) << c.header;
    EXPECT_EQ(with_header({.more = true}, c.header), c.more) << c.header;
    EXPECT_EQ(with_header({.last = true}, c.header), c.last) << c.header;
    EXPECT_TRUE(with_header({.id = {7, 7}}, c.header));
    EXPECT_FALSE(with_header({.id = {8, 99}}, c.header));
    EXPECT_TRUE(with_header({.id = {8, 99, true}}, c.header));
    EXPECT_TRUE(with_header({.reserved = true}, c.header)) << "it is zero";
  }
  EXPECT_FALSE(with_header({.reserved = true}, "1101 0001 00000007"));
  EXPECT_FALSE(with_header({.reserved = true}, "1100 0003 00000007"));
}

TEST(AhMatch, OfIpv6IsAnExtensionHeader) {
  const Octets packet = hex("1102 0000 00000007 00000000 00000000") + kUdp;
  EXPECT_EQ(of_packet(AhMatch{}, kAuthentication, packet), Matching::yes);
  EXPECT_EQ(of_packet(AhMatch{.spi = {7, 7}}, kAuthentication, packet), Matching::yes);
  EXPECT_EQ(of_packet(AhMatch{.spi = {8, 9}}, kAuthentication, packet), Matching::no);
  EXPECT_EQ(of_packet(AhMatch{.length = {16, 16}}, kAuthentication, packet), Matching::yes);
  EXPECT_EQ(of_packet(AhMatch{.length = {12, 12}}, kAuthentication, packet), Matching::no);
  EXPECT_EQ(of_packet(AhMatch{.reserved_zero = true}, kAuthentication, packet), Matching::yes);
  EXPECT_EQ(of_packet(AhMatch{.reserved_zero = true}, kAuthentication, with(packet, 2, hex("01"))),
            Matching::no);
  const Octets longer = with(packet, 1, hex("07"));  // than the packet
  EXPECT_EQ(of_packet(AhMatch{.spi = {8, 9}}, kAuthentication, longer), Matching::drop);
}

TEST(Extensions, AreFoundBehindOthers) {
  const Octets packet =
      hex("2b00 0104 00000000") + hex("3c00 0000 00000000") + hex("1100 0502 0000 0100") + kUdp;
  EXPECT_EQ(of_packet(OptionsMatch{.options = {{1, 4}}}, kHopByHop, packet), Matching::yes);
  EXPECT_EQ(of_packet(RtMatch{}, kHopByHop, packet), Matching::yes);
  const OptionsMatch alert{.destination = true, .options = {{5, 2}}};
  EXPECT_EQ(of_packet(alert, kHopByHop, packet), Matching::yes);
  EXPECT_EQ(of_packet(FragMatch{}, kHopByHop, packet), Matching::no);
}

TEST(Extensions, NoneStandBehindALaterFragment) {
  const Octets later = hex("3c00 0008 00000007") + hex("1100 0104 00000000") + kUdp;
  const Octets whole = hex("3c00 0000 00000007") + hex("1100 0104 00000000") + kUdp;
  EXPECT_EQ(of_packet(OptionsMatch{.destination = true}, kFragment, later), Matching::no);
  EXPECT_EQ(of_packet(OptionsMatch{.destination = true}, kFragment, whole), Matching::yes);
  EXPECT_EQ(of_packet(FragMatch{}, kFragment, later), Matching::yes);
}

const Match kEach[] = {OptionsMatch{.destination = true}, RtMatch{}, AhMatch{}, FragMatch{}};
constexpr std::uint8_t kKinds[] = {kDestination, kRouting, kAuthentication, kFragment};

TEST(Extensions, AHeaderThatIsCutIsDroppedByWhoeverAsksForIt) {
  const Octets cut[] = {hex("1101 0104 00000000"), hex("1101 0000 00000000"),
                        hex("1101 0000 00000001"), hex("1100 0000 0000")};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t asked = 0; asked < 4; ++asked) {
      EXPECT_EQ(of_packet(kEach[asked], kKinds[i], cut[i]),
                asked == i ? Matching::drop : Matching::no)
          << i << " " << asked;
    }
  }
}

TEST(Extensions, HeadersThatDoNotTellWhatFollowsAreDroppedByAll) {
  for (const std::uint8_t kind : {kDestination, kRouting, kAuthentication, kFragment}) {
    for (const Match& match : kEach) {
      EXPECT_EQ(of_packet(match, kind, hex("11")), Matching::drop) << int{kind};
      EXPECT_EQ(of_packet(match, kind, {}), Matching::drop) << int{kind};
    }
  }
  for (const Match& match : kEach) EXPECT_EQ(of_packet(match, 59, {}), Matching::no);
}

}  // namespace
}  // namespace statewall::rules
