#include "statewall/tunnel.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::ipv4;
using testing::ipv6;
using testing::kA;
using testing::kB;
using testing::Octets;
using testing::udp;
using testing::with;
using enum ChecksumMode;

constexpr auto kIpv4 = LinkType::ipv4, kIpv6 = LinkType::ipv6, kEthernet = LinkType::ethernet;
constexpr std::uint8_t kIpIp = 4, kSixInIp = 41, kGre = 47;

// What is inside: UDP from port 1000 to 2000, in 32 or 52 bytes.
const Octets kInner = ipv4(protocol::udp, udp(1000, 2000, hex("01020304")));
const Octets kInner6 = ipv6(253, hex("01020304 01020304 01020304"));
const Octets kMacs = hex("020000000001 020000000002");
const Octets kInnerFrame = kMacs + hex("0800") + kInner;

Packet innermost(const Octets& frame, InnerPath& path, LinkType link = LinkType::raw,
                 std::size_t original = 0, ChecksumMode mode = automatic) {
  const auto exact = std::make_unique<std::uint8_t[]>(frame.size());
  std::copy(frame.begin(), frame.end(), exact.get());
  return read_innermost({exact.get(), frame.size()}, link, original == 0 ? frame.size() : original,
                        mode, &path);
}

Packet innermost(const Octets& frame, LinkType link = LinkType::raw) {
  InnerPath path;
  return innermost(frame, path, link);
}

Octets vxlan(const Octets& frame, std::uint16_t port = 4789) {
  return ipv4(protocol::udp, udp(50000, port, hex("08000000 00007b00") + frame));
}

struct Case {
  const char* what;
  Octets frame;
  Tunnel tunnel;
  LinkType link;
  std::uint32_t offset;  // of what the tunnel carries
  std::uint32_t id;
  LinkType outer = LinkType::raw;
};

std::vector<Case> cases() {
  const auto gre = [](const char* header, const Octets& inside) {
    return ipv4(kGre, hex(header) + inside);
  };
  const auto geneve = [](const char* header, const Octets& inside) {
    return ipv4(protocol::udp, udp(50000, 6081, hex(header) + inside));
  };
  const Octets labels = kMacs + hex("8847 000100fe 0002a1fe");
  return {
      {"IPIP", ipv4(kIpIp, kInner), Tunnel::ipip, kIpv4, 20, 0},
      {"IPv4 in IPv6", ipv6(kIpIp, kInner), Tunnel::ipip, kIpv4, 40, 0},
      {"6in4", ipv4(kSixInIp, kInner6), Tunnel::sixin4, kIpv6, 20, 0},
      {"IPv6 in IPv6", ipv6(kSixInIp, kInner6), Tunnel::sixin4, kIpv6, 40, 0},
      {"GRE", gre("0000 0800", kInner), Tunnel::gre, kIpv4, 24, 0},
      {"GRE, IPv6", gre("0000 86dd", kInner6), Tunnel::gre, kIpv6, 24, 0},
      {"GRE, Ethernet", gre("0000 6558", kInnerFrame), Tunnel::gre, kEthernet, 24, 0},
      {"GRE, checksum", gre("8000 0800 12340000", kInner), Tunnel::gre, kIpv4, 28, 0},
      {"GRE, key", gre("2000 0800 00000007", kInner), Tunnel::gre, kIpv4, 28, 7},
      {"GRE, sequence", gre("1000 0800 00000007", kInner), Tunnel::gre, kIpv4, 28, 0},
      {"GRE, all", gre("b000 0800 12340000 00000007 00000001", kInner), Tunnel::gre, kIpv4, 36, 7},
      {"PPTP", gre("3001 880b 00240009 00000001", hex("ff03 0021") + kInner), Tunnel::gre,
       LinkType::ppp, 32, 9},
      {"PPTP, acknowledging", gre("3081 880b 00240009 00000001 00000001", hex("21") + kInner),
       Tunnel::gre, LinkType::ppp, 36, 9},
      {"WCCP", gre("0000 883e", kInner), Tunnel::gre, kIpv4, 24, 0},
      {"WCCP, version 2", gre("0000 883e 00000000", kInner), Tunnel::gre, kIpv4, 28, 0},
      {"ERSPAN I", gre("0000 88be", kInnerFrame), Tunnel::erspan, kEthernet, 24, 0},
      {"ERSPAN II", gre("1000 88be 00000001 1001 0064 00000000", kInnerFrame), Tunnel::erspan,
       kEthernet, 36, 100},
      {"ERSPAN III", gre("1000 22eb 00000001 2001 0064 00000000 00000000", kInnerFrame),
       Tunnel::erspan, kEthernet, 40, 100},
      {"ERSPAN III, more",
       gre("1000 22eb 00000001 2001 0064 00000000 00000001 0000000000000000", kInnerFrame),
       Tunnel::erspan, kEthernet, 48, 100},
      {"VXLAN", vxlan(kInnerFrame), Tunnel::vxlan, kEthernet, 36, 123},
      {"VXLAN, port of Linux", vxlan(kInnerFrame, 8472), Tunnel::vxlan, kEthernet, 36, 123},
      {"Geneve", geneve("00006558 00007b00", kInnerFrame), Tunnel::geneve, kEthernet, 36, 123},
      {"Geneve, IPv6", geneve("000086dd 00007b00", kInner6), Tunnel::geneve, kIpv6, 36, 123},
      {"Geneve, options", geneve("02000800 00007b00 0102030405060708", kInner), Tunnel::geneve,
       kIpv4, 44, 123},
      {"MPLS", labels + kInner, Tunnel::mpls, kIpv4, 22, 42, kEthernet},
      {"MPLS, IPv6", labels + kInner6, Tunnel::mpls, kIpv6, 22, 42, kEthernet},
      {"MPLS, Ethernet", labels + hex("00000001") + kInnerFrame, Tunnel::mpls, kEthernet, 26, 42,
       kEthernet},
      {"MPLS in PPP", hex("ff030281 0002a1fe") + kInner, Tunnel::mpls, kIpv4, 8, 42, LinkType::ppp},
      {"MPLS in Cisco HDLC", hex("0f008847 0002a1fe") + kInner, Tunnel::mpls, kIpv4, 8, 42,
       LinkType::cisco_hdlc},
  };
}

TEST(Tunnel, EachIsFound) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.what);
    const auto inner = find_inner(c.frame, testing::read(c.frame, c.outer));
    ASSERT_TRUE(inner);
    EXPECT_EQ(inner->tunnel, c.tunnel);
    EXPECT_EQ(inner->link, c.link);
    EXPECT_EQ(inner->offset, c.offset);
    EXPECT_EQ(inner->id, c.id);
    EXPECT_EQ(inner->length, c.tunnel == Tunnel::mpls ? 0 : c.frame.size() - c.offset);
  }
}

TEST(Tunnel, EachIsReadThrough) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.what);
    InnerPath path;
    const Packet p = innermost(c.frame, path, c.outer);
    EXPECT_EQ(p.error, WireError::none);
    const bool six = p.headers.family == Family::ipv6;
    const std::size_t length = six ? kInner6.size() : kInner.size();
    EXPECT_EQ(p.l3_offset, c.frame.size() - length);
    EXPECT_EQ(p.l4_offset, p.l3_offset + (six ? 40 : 20));
    EXPECT_EQ(p.ip_length, length);
    EXPECT_EQ(p.headers.protocol, six ? 253 : protocol::udp);
    EXPECT_EQ(p.headers.destination_port, six ? 0 : 2000);
    EXPECT_EQ(p.l4_checksum, six ? Checksum::none : Checksum::good);
    ASSERT_EQ(path.depth, 1);
    EXPECT_EQ(path.levels[0].tunnel, c.tunnel);
    EXPECT_EQ(path.levels[0].offset, c.offset);
  }
}

// Nothing says that it is whole where it is not.
TEST(Tunnel, EveryBeginningIsInError) {
  for (const Case& c : cases()) {
    for (std::size_t size = 0; size < c.frame.size(); ++size) {
      EXPECT_NE(innermost(first(c.frame, size), c.outer).error, WireError::none)
          << c.what << " of " << size;
    }
  }
}

TEST(Tunnel, EveryCutIsKnown) {
  for (const Case& c : cases()) {
    for (std::size_t size = 0; size < c.frame.size(); ++size) {
      SCOPED_TRACE(c.what + std::string(" cut at ") + std::to_string(size));
      InnerPath path;
      const Packet p = innermost(first(c.frame, size), path, c.outer, c.frame.size());
      const bool labels_only = p.error == WireError::not_ip && c.tunnel == Tunnel::mpls;
      EXPECT_TRUE(p.cut || labels_only);
      EXPECT_LE(p.l4_offset + p.l4_present, size);
      if (path.depth == 0) continue;
      const bool six = p.headers.family == Family::ipv6;
      EXPECT_EQ(p.ip_length, six ? kInner6.size() : kInner.size());
      EXPECT_GE(size, p.l3_offset + (six ? 40u : 20u));
    }
  }
}

TEST(Tunnel, ACutIsNotTrustedUnderVerify) {
  InnerPath path;
  const Octets frame = ipv4(kIpIp, kInner);
  const Packet p = innermost(first(frame, 45), path, LinkType::raw, frame.size(), verify);
  EXPECT_EQ(p.error, WireError::ipv4_truncated);
  EXPECT_EQ(path.depth, 0);
}

TEST(Tunnel, WithoutOneIsTheFrameItself) {
  InnerPath path;
  const Packet p = innermost(kInnerFrame, path, kEthernet);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l3_offset, 14u);
  EXPECT_EQ(p.headers.source_port, 1000);
  EXPECT_EQ(path.depth, 0);
  EXPECT_FALSE(find_inner(kInnerFrame, testing::read(kInnerFrame, kEthernet)));
}

TEST(Tunnel, InATunnel) {
  InnerPath path;
  const Octets frame =
      vxlan(kMacs + hex("8100 0009 0800") + ipv4(kGre, hex("0000 86dd") + ipv6(kIpIp, kInner)));
  const Packet p = innermost(frame, path);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.source_port, 1000);
  EXPECT_EQ(p.l3_offset, frame.size() - kInner.size());
  EXPECT_EQ(p.vlan_tags, 0);
  ASSERT_EQ(path.depth, 3);
  EXPECT_EQ(path.levels[0].tunnel, Tunnel::vxlan);
  EXPECT_EQ(path.levels[1].tunnel, Tunnel::gre);
  EXPECT_EQ(path.levels[2].tunnel, Tunnel::ipip);
}

TEST(Tunnel, LabelsInATunnel) {
  InnerPath path;
  const Packet p = innermost(ipv4(kGre, hex("0000 8847 0002a1fe") + kInner), path);
  EXPECT_EQ(p.headers.source_port, 1000);
  ASSERT_EQ(path.depth, 2);
  EXPECT_EQ(path.levels[0].link, LinkType::mpls);
  EXPECT_EQ(path.levels[1].id, 42u);

  // With nothing to read behind the labels, the GRE packet is the answer.
  const Packet outer = innermost(ipv4(kGre, hex("0000 8847 0002a1fe 55")), path);
  EXPECT_EQ(outer.headers.protocol, kGre);
  EXPECT_EQ(outer.error, WireError::none);
  EXPECT_EQ(path.depth, 0);
}

TEST(Tunnel, GoesNoDeeperThanItsLimit) {
  Octets frame = kInner;
  for (std::size_t i = 0; i <= kMaxTunnels; ++i) frame = ipv4(kIpIp, frame);
  InnerPath path;
  const Packet p = innermost(frame, path);
  EXPECT_EQ(path.depth, kMaxTunnels);
  EXPECT_EQ(p.headers.protocol, kIpIp);
  EXPECT_EQ(p.l3_offset, kMaxTunnels * 20);
}

// The padding of the outer frame does not belong to the inner packet.
TEST(Tunnel, EndsWhereTheOuterPacketEnds) {
  const Octets frame = kMacs + hex("0800") + ipv4(kIpIp, first(kInner, 24)) + Octets(20);
  const Packet p = innermost(frame, kEthernet);
  EXPECT_EQ(p.error, WireError::ipv4_truncated);
  EXPECT_EQ(p.headers.source, kA);

  const Octets padded = kMacs + hex("0800") + ipv4(kIpIp, kInner) + Octets(20);
  EXPECT_EQ(innermost(padded, kEthernet).error, WireError::none);
}

TEST(Tunnel, EndsWhereUdpEnds) {
  Octets datagram = udp(50000, 4789, hex("08000000 00007b00") + kInnerFrame);
  datagram = with(datagram, 4, hex("003c 0000"));  // UDP length 60, no checksum
  EXPECT_EQ(innermost(ipv4(protocol::udp, datagram)).error, WireError::ipv4_truncated);
}

// As soon as the addresses inside are known, what is inside is the answer.
TEST(Tunnel, BrokenInside) {
  const struct {
    Octets inside;
    WireError error;
    std::uint8_t depth;
  } rows[] = {
      {with(kInner, 10, hex("1234")), WireError::ipv4_checksum, 1},
      {with(kInner, 0, hex("44")), WireError::ipv4_header_length, 1},
      {first(kInner, 24), WireError::ipv4_truncated, 1},
      {with(kInner, 0, hex("65")), WireError::none, 0},  // not IPv4
      {first(kInner, 19), WireError::none, 0},
      {{}, WireError::none, 0},
  };
  for (const auto& row : rows) {
    InnerPath path;
    const Packet p = innermost(ipv4(kIpIp, row.inside), path);
    EXPECT_EQ(p.error, row.error) << slug(p.error);
    EXPECT_EQ(path.depth, row.depth);
    EXPECT_EQ(p.l3_offset, row.depth * 20u);
  }
}

TEST(Tunnel, NotIpInsideLeavesTheOuterPacket) {
  InnerPath path;
  const Packet p = innermost(vxlan(kMacs + hex("0806 0001 0800 06 04 0001")), path);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.destination_port, 4789);
  EXPECT_EQ(path.depth, 0);
}

TEST(Tunnel, NotFound) {
  const Octets fragment =
      ipv4({.source = kA, .destination = kB, .protocol = kIpIp, .more_fragments = true}, kInner);
  const Octets labels = kMacs + hex("8847");
  Octets endless = labels;
  for (int i = 0; i < 16; ++i) endless = endless + hex("00010000");
  const struct {
    const char* what;
    Octets frame;
    LinkType link = LinkType::raw;
  } rows[] = {
      {"first fragment", fragment},
      {"wrong outer header", with(ipv4(kIpIp, kInner), 10, hex("1234"))},
      {"wrong outer checksum", with(vxlan(kInnerFrame), 26, hex("1234"))},
      {"encrypted", ipv4(50, hex("00000001 00000001") + kInner)},
      {"GRE, routing", ipv4(kGre, hex("4000 0800 00000000 00000000") + kInner)},
      {"GRE, version 2", ipv4(kGre, hex("0002 0800") + kInner)},
      {"GRE, CDP", ipv4(kGre, hex("0000 2000") + kInner)},
      {"GRE, short", ipv4(kGre, hex("0000 08"))},
      {"GRE, nothing", ipv4(kGre, hex("0000 0800"))},
      {"PPTP without data", ipv4(kGre, hex("2081 880b 00000009 00000001") + kInner)},
      {"VXLAN without VNI",
       ipv4(protocol::udp, udp(1, 4789, hex("0000000000007b00") + kInnerFrame))},
      {"VXLAN, from its port",
       ipv4(protocol::udp, udp(4789, 1, hex("0800000000007b00") + kInnerFrame))},
      {"Geneve, version 1",
       ipv4(protocol::udp, udp(1, 6081, hex("4000655800007b00") + kInnerFrame))},
      {"Geneve, options beyond its end",
       ipv4(protocol::udp, udp(1, 6081, hex("3f00655800007b00") + kInnerFrame))},
      {"labels alone", labels + hex("0002a1fe"), kEthernet},
      {"labels without end", endless + hex("0002a1fe") + kInner, kEthernet},
      {"labels, OAM", labels + hex("0002a1fe 10000021") + kInner, kEthernet},
      {"labels, unknown", labels + hex("0002a1fe 02000000") + kInnerFrame, kEthernet},
      {"IPv4 labelled as Ethernet's type", kMacs + hex("0800 0002a1fe") + kInner, kEthernet},
  };
  for (const auto& row : rows) {
    EXPECT_FALSE(find_inner(row.frame, testing::read(row.frame, row.link))) << row.what;
  }
}

TEST(Tunnel, MayLackAChecksumOverIpv6) {
  const Octets datagram = udp(1, 6081, hex("0000655800007b00") + kInnerFrame);
  EXPECT_EQ(innermost(ipv6(protocol::udp, with(datagram, 6, hex("0000")))).l3_offset, 70u);
  EXPECT_EQ(innermost(ipv6(protocol::udp, with(datagram, 6, hex("1234")))).l3_offset, 0u);
}

// BIG TCP: a card cuts the packet in segments, for both levels.
TEST(Tunnel, OffloadedLengths) {
  const Octets inside =
      with(ipv4(protocol::tcp, testing::tcp({.source_port = 5, .flags = 16}, Octets(100))), 2,
           hex("0000"));
  const Octets header = with(inside, 10, hex("0000"));
  const Octets datagram = with(udp(1, 4789, hex("0800000000007b00") + kMacs + hex("0800") + header),
                               4, hex("0000 0000"));
  InnerPath path;
  const Packet p = innermost(with(ipv6(protocol::udp, datagram), 4, hex("0000")), path);
  EXPECT_EQ(p.error, WireError::none) << slug(p.error);
  EXPECT_EQ(path.depth, 1);
  EXPECT_TRUE(p.length_offloaded);
  EXPECT_EQ(p.ip_length, 140u);
  EXPECT_EQ(p.tcp.payload_length, 100u);
}

TEST(Tunnel, HasNames) {
  EXPECT_EQ(name(Tunnel::none), "none");
  EXPECT_EQ(name(Tunnel::sixin4), "6in4");
  EXPECT_EQ(name(Tunnel::mpls), "mpls");
}

}  // namespace
}  // namespace statewall
