#include "wire/link.h"

#include <gtest/gtest.h>

#include <iterator>

#include "tests/link_cases.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;

const Octets kSll = hex("0000 0001 0006 0200000000010000");
const Octets kSll2Rest = hex("0000 00000003 0001 00 06 0200000000010000");
constexpr auto ok = WireError::none;
constexpr auto other = WireError::not_ip;
constexpr auto cut = WireError::link_short;

TEST(Link, CookedCaptures) {
  using enum LinkType;
  testing::expect_read({
      {"SLL, IPv4", linux_cooked, kSll + hex("0800"), ok, 16, 0x0800},
      {"SLL, tagged", linux_cooked, kSll + hex("8100 0007 0800"), ok, 20, 0x0800, 1, 7},
      {"SLL, LLC", linux_cooked, kSll + hex("0004 424203"), other, 19, 0},
      {"SLL, SNAP", linux_cooked, kSll + hex("0004 aaaa03 000000 0800"), ok, 24, 0x0800},
      {"SLL, Novell 802.3", linux_cooked, kSll + hex("0001"), other, 16, 0},
      {"SLL2, IPv6", linux_cooked_v2, hex("86dd") + kSll2Rest, ok, 20, 0x86dd},
      {"SLL2, ARP", linux_cooked_v2, hex("0806") + kSll2Rest, other, 20, 0x0806},
      {"SLL2, LLC", linux_cooked_v2, hex("0004") + kSll2Rest + hex("424203"), other, 23, 0},
  });
}

TEST(Link, Loopback) {
  using enum LinkType;
  testing::expect_read({
      {"null, IPv4, little-endian", null, hex("02000000"), ok, 4, 0x0800},
      {"null, IPv4, big-endian", null, hex("00000002"), ok, 4, 0x0800},
      {"null, IPv6 of Linux", null, hex("0a000000"), ok, 4, 0x86dd},
      {"null, IPv6 of NetBSD", null, hex("00000018"), ok, 4, 0x86dd},
      {"null, IPv6 of FreeBSD", null, hex("1c000000"), ok, 4, 0x86dd},
      {"null, IPv6 of Darwin", null, hex("1e000000"), ok, 4, 0x86dd},
      {"null, IPX", null, hex("17000000"), other, 4, 0},
      {"null, mixed order", null, hex("00020000"), other, 4, 0},
      {"loop, IPv4", loop, hex("00000002"), ok, 4, 0x0800},
      {"loop knows one order", loop, hex("02000000"), other, 4, 0},
  });
}

TEST(Link, Raw) {
  using enum LinkType;
  testing::expect_read({
      {"raw, IPv4", raw, hex("4f"), ok, 0, 0x0800},
      {"raw, IPv6", raw, hex("60"), ok, 0, 0x86dd},
      {"raw, version 5", raw, hex("50"), other, 0, 0},
      {"raw, empty", raw, {}, cut, 0, 0},
      {"raw of BSD", raw_bsd, hex("45"), ok, 0, 0x0800},
      {"raw of OpenBSD", raw_openbsd, hex("60"), ok, 0, 0x86dd},
      {"IPv4 alone", LinkType::ipv4, hex("60"), ok, 0, 0x0800},
      {"IPv6 alone", LinkType::ipv6, hex("45"), ok, 0, 0x86dd},
      {"MPLS alone", mpls, hex("00001140"), other, 0, 0x8847},
      {"SLIP, IPv4", slip, Octets(16) + hex("45"), ok, 16, 0x0800},
      {"SLIP, IPv6", slip, Octets(16) + hex("60"), ok, 16, 0x86dd},
      {"SLIP, compressed", slip, Octets(16) + hex("80"), other, 16, 0},
      {"SLIP, nothing", slip, Octets(16), cut, 0, 0},
      {"none", LinkType{147}, Octets(100), WireError::link_unsupported, 0, 0},
  });
}

TEST(Link, SupportsWhatItReads) {
  for (int number = 0; number < 0x10000; ++number) {
    const LinkType link{static_cast<std::uint16_t>(number)};
    const bool unsupported = read_frame(Octets(64), link, 64).error == WireError::link_unsupported;
    EXPECT_NE(supported(link), unsupported) << number;
  }
}

TEST(Link, NumbersAreThoseOfCaptureFiles) {
  constexpr int kNumbers[] = {0,   1,   6,   7,   8,   9,   10,  12,  14,  50,  51,  100, 101, 104,
                              105, 106, 107, 108, 113, 123, 127, 129, 182, 219, 228, 229, 276};
  int count = 0;
  for (int number = 0; number < 0x10000; ++number) {
    count += supported(LinkType{static_cast<std::uint16_t>(number)});
  }
  EXPECT_EQ(count, static_cast<int>(std::size(kNumbers)));
  for (const int number : kNumbers) {
    EXPECT_TRUE(supported(LinkType{static_cast<std::uint16_t>(number)})) << number;
  }
}

}  // namespace
}  // namespace statewall
