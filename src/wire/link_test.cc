#include "wire/link.h"

#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;

struct Case {
  const char* what;
  LinkType link;
  Octets frame;
  WireError error;
  int length;
  int ethertype;
  int tags;
  int vlan;
};

const Octets kMacs = hex("020000000001 020000000002");
const Octets kSll = hex("0000 0001 0006 0200000000010000");
const Octets kSll2Rest = hex("0000 00000003 0001 00 06 0200000000010000");

std::vector<Case> cases() {
  constexpr auto ok = WireError::none;
  constexpr auto other = WireError::not_ip;
  constexpr auto cut = WireError::link_short;
  using enum LinkType;
  const Octets nine_tags = [] {
    Octets tags = kMacs;
    for (int i = 1; i <= 9; ++i) tags = tags + hex("8100 2001");
    return tags + hex("0800");
  }();
  const Octets eight_tags = [] {
    Octets tags = kMacs;
    for (int i = 1; i <= 8; ++i) tags = tags + hex("8100 2001");
    return tags + hex("0800");
  }();
  return {
      {"Ethernet, IPv4", ethernet, kMacs + hex("0800"), ok, 14, 0x0800, 0, 0},
      {"Ethernet, IPv6", ethernet, kMacs + hex("86dd"), ok, 14, 0x86dd, 0, 0},
      {"Ethernet, ARP", ethernet, kMacs + hex("0806 0001"), other, 14, 0x0806, 0, 0},
      {"Ethernet, 802.3", ethernet, kMacs + hex("05dc aaaa03 000000 0800"), other, 14, 0, 0, 0},
      {"Ethernet, lowest type", ethernet, kMacs + hex("0600"), other, 14, 0x0600, 0, 0},
      {"802.1Q", ethernet, kMacs + hex("8100 e064 0800"), ok, 18, 0x0800, 1, 100},
      {"802.1ad", ethernet, kMacs + hex("88a8 0fff 8100 0002 86dd"), ok, 22, 0x86dd, 2, 4095},
      {"QinQ", ethernet, kMacs + hex("9100 0001 8100 0002 0806"), other, 22, 0x0806, 2, 1},
      {"eight tags", ethernet, eight_tags, ok, 46, 0x0800, 8, 1},
      {"nine tags", ethernet, nine_tags, other, 46, 0x8100, 8, 1},
      {"SLL, IPv4", linux_cooked, kSll + hex("0800"), ok, 16, 0x0800, 0, 0},
      {"SLL, tagged", linux_cooked, kSll + hex("8100 0007 0800"), ok, 20, 0x0800, 1, 7},
      {"SLL, 802.2", linux_cooked, kSll + hex("0004"), other, 16, 0, 0, 0},
      {"SLL2, IPv6", linux_cooked_v2, hex("86dd") + kSll2Rest, ok, 20, 0x86dd, 0, 0},
      {"SLL2, ARP", linux_cooked_v2, hex("0806") + kSll2Rest, other, 20, 0x0806, 0, 0},
      {"null, IPv4, little-endian", null, hex("02000000"), ok, 4, 0x0800, 0, 0},
      {"null, IPv4, big-endian", null, hex("00000002"), ok, 4, 0x0800, 0, 0},
      {"null, IPv6 of Linux", null, hex("0a000000"), ok, 4, 0x86dd, 0, 0},
      {"null, IPv6 of NetBSD", null, hex("00000018"), ok, 4, 0x86dd, 0, 0},
      {"null, IPv6 of FreeBSD", null, hex("1c000000"), ok, 4, 0x86dd, 0, 0},
      {"null, IPv6 of Darwin", null, hex("1e000000"), ok, 4, 0x86dd, 0, 0},
      {"null, IPX", null, hex("17000000"), other, 4, 0, 0, 0},
      {"null, mixed order", null, hex("00020000"), other, 4, 0, 0, 0},
      {"loop, IPv4", loop, hex("00000002"), ok, 4, 0x0800, 0, 0},
      {"loop knows one order", loop, hex("02000000"), other, 4, 0, 0, 0},
      {"raw, IPv4", raw, hex("4f"), ok, 0, 0x0800, 0, 0},
      {"raw, IPv6", raw, hex("60"), ok, 0, 0x86dd, 0, 0},
      {"raw, version 5", raw, hex("50"), other, 0, 0, 0, 0},
      {"raw, empty", raw, {}, cut, 0, 0, 0, 0},
      {"raw of BSD", raw_bsd, hex("45"), ok, 0, 0x0800, 0, 0},
      {"IPv4 alone", LinkType::ipv4, hex("60"), ok, 0, 0x0800, 0, 0},
      {"IPv6 alone", LinkType::ipv6, hex("45"), ok, 0, 0x86dd, 0, 0},
      {"IEEE 802.11", LinkType{105}, Octets(100), WireError::link_unsupported, 0, 0, 0, 0},
  };
}

TEST(Link, ReadsEachType) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.what);
    const LinkHeader header = read_link(Bytes(c.frame), c.link);
    EXPECT_EQ(header.error, c.error);
    EXPECT_EQ(header.length, c.length);
    EXPECT_EQ(header.ethertype, c.ethertype);
    EXPECT_EQ(header.vlan_tags, c.tags);
    EXPECT_EQ(header.vlan, c.vlan);
  }
}

TEST(Link, IsShortWhenAnyOfItIsMissing) {
  for (const Case& c : cases()) {
    for (std::size_t size = 0; size < static_cast<std::size_t>(c.length); ++size) {
      SCOPED_TRACE(c.what);
      EXPECT_EQ(read_link(Bytes(first(c.frame, size)), c.link).error, WireError::link_short)
          << size;
    }
  }
}

TEST(Link, SupportsWhatItReads) {
  for (int number = 0; number < 0x10000; ++number) {
    const LinkType link{static_cast<std::uint16_t>(number)};
    const bool unsupported = read_frame(Octets(64), link, 64).error == WireError::link_unsupported;
    EXPECT_NE(supported(link), unsupported) << number;
  }
}

TEST(Link, NumbersAreThoseOfCaptureFiles) {
  for (const int number : {0, 1, 12, 101, 108, 113, 228, 229, 276}) {
    EXPECT_TRUE(supported(LinkType{static_cast<std::uint16_t>(number)})) << number;
  }
}

}  // namespace
}  // namespace statewall
