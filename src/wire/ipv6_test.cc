#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::ipv6;
using testing::Octets;
using testing::read;
using testing::with;
using enum ChecksumMode;

constexpr std::uint8_t kNone = 59;

TEST(Ipv6, ReadsTheHeader) {
  const Packet p = read(ipv6(253, hex("01020304")), LinkType::ipv6);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.family, Family::ipv6);
  EXPECT_EQ(p.headers.source.bytes[0], 0x20);
  EXPECT_EQ(p.headers.source.bytes[15], 1);
  EXPECT_EQ(p.headers.destination.bytes[15], 2);
  EXPECT_EQ(p.headers.protocol, 253);
  EXPECT_EQ(p.headers.ttl, 64);
  EXPECT_EQ(p.ip_checksum, Checksum::none);
  EXPECT_EQ(p.ip_length, 44u);
  EXPECT_EQ(p.l4_offset, 40u);
  EXPECT_EQ(p.l4_length, 4u);
  EXPECT_EQ(p.l4_present, 4u);
}

TEST(Ipv6, EndsAtItsPayloadLength) {
  const Packet p = read(ipv6(253, hex("01020304")) + Octets(10));
  EXPECT_EQ(p.ip_length, 44u);
  EXPECT_EQ(p.l4_present, 4u);
}

TEST(Ipv6, WrongHeaders) {
  const Octets packet = ipv6(kNone, hex("01020304"));
  EXPECT_EQ(read(first(packet, 39)).error, WireError::ipv6_short);
  EXPECT_EQ(read(with(packet, 0, hex("45")), LinkType::ipv6).error, WireError::ipv6_version);
  EXPECT_EQ(read(with(packet, 4, hex("0005"))).error, WireError::ipv6_truncated);
  EXPECT_EQ(read(packet).error, WireError::none);
}

TEST(Ipv6, CutIsNoFault) {
  const Octets packet = ipv6(253, hex("01020304"));
  const Packet p = read(first(packet, 42), LinkType::raw, automatic, 44);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_TRUE(p.cut);
  EXPECT_EQ(p.l4_length, 4u);
  EXPECT_EQ(p.l4_present, 2u);
  EXPECT_EQ(read(first(packet, 42), LinkType::raw, verify, 44).error, WireError::ipv6_truncated);

  const Packet q = read(first(packet, 39), LinkType::raw, automatic, 44);
  EXPECT_EQ(q.error, WireError::ipv6_short);
  EXPECT_TRUE(q.cut);
}

TEST(Ipv6, WalksEachKindOfExtension) {
  const struct {
    std::uint8_t kind;
    Octets header;
  } cases[] = {
      {0, hex("fd00 050200000000")},                      // hop-by-hop
      {43, hex("fd01 0000 00000000 0102030405060708")},   // routing
      {44, hex("fd00 0000 12345678")},                    // fragment, the only one
      {51, hex("fd02 0000 00000001 00000001 01020304")},  // authentication: 4-byte units
      {60, hex("fd00 010400000000")},                     // destination options
  };
  for (const auto& c : cases) {
    const Packet p = read(ipv6(c.kind, c.header + hex("aabb")));
    SCOPED_TRACE(int{c.kind});
    EXPECT_EQ(p.error, WireError::none);
    EXPECT_EQ(p.headers.protocol, 253);
    EXPECT_EQ(p.l4_offset, 40u + c.header.size());
    EXPECT_EQ(p.l4_length, 2u);

    for (std::size_t size = 0; size < c.header.size(); ++size) {
      const Octets part = ipv6(c.kind, first(c.header, size));
      const bool untold = c.kind == 44 && size > 0 && size < 4;  // a fragment without an offset
      WireError expected =
          untold ? WireError::ipv6_fragment_short : WireError::ipv6_extension_short;
      if (c.kind == 0) expected = WireError::ipv6_hop_by_hop;
      EXPECT_EQ(read(part).error, expected);
      const Packet cut =
          read(first(ipv6(c.kind, c.header), 40 + size), LinkType::raw, automatic, 200);
      EXPECT_EQ(cut.error, expected);
      EXPECT_TRUE(cut.cut);
    }
  }
}

TEST(Ipv6, EncryptedAndNoNextHeaderEndTheWalk) {
  for (const std::uint8_t kind : {std::uint8_t{50}, kNone}) {
    const Packet p = read(ipv6(0, Octets{kind} + hex("00 0104 00000000 0000000000000000")));
    EXPECT_EQ(p.error, WireError::none);
    EXPECT_EQ(p.headers.protocol, kind);
    EXPECT_EQ(p.l4_offset, 48u);
    EXPECT_EQ(p.l4_length, 8u);
  }
}

Octets chain(int count) {
  Octets headers;
  for (int i = 1; i <= count; ++i) {
    headers = headers + (i == count ? hex("3b00 010400000000") : hex("3c00 010400000000"));
  }
  return ipv6(60, headers);
}

TEST(Ipv6, AsManyExtensionsAsFit) {
  constexpr int kMost = 65535 / 8;
  EXPECT_EQ(read(chain(kMost)).error, WireError::none);
  EXPECT_EQ(read(chain(kMost)).headers.protocol, kNone);
}

TEST(Ipv6, AnExtensionThatIsCutTellsWhatFollowsIfItsFirstBytesAreThere) {
  const Packet two = read(ipv6(60, hex("fd00")));
  EXPECT_EQ(two.error, WireError::ipv6_extension_short);
  EXPECT_EQ(two.headers.protocol, 253);
  EXPECT_EQ(two.l4_length, 0u);
  EXPECT_EQ(read(ipv6(60, hex("fd"))).headers.protocol, 60);
  EXPECT_EQ(read(ipv6(44, hex("fd0000"))).error, WireError::ipv6_fragment_short);
  EXPECT_EQ(read(ipv6(44, hex("fd000000"))).headers.protocol, 253);
}

// RFC 8200 4.3: every node reads these options, so that no tracker sees what is damaged.
TEST(Ipv6, HopByHopOptionsMustFit) {
  EXPECT_EQ(read(ipv6(0, hex("fd00 010400000000"))).error, WireError::none);
  EXPECT_EQ(read(ipv6(0, hex("fd00 010500000000"))).error, WireError::ipv6_hop_by_hop);
  EXPECT_EQ(read(ipv6(0, hex("fd01 010400000000"))).error, WireError::ipv6_hop_by_hop);
}

// RFC 2675 3: judged only where every byte is held against the packet, as a capture of what a
// network card will cut has such lengths.
TEST(Ipv6, AJumboPayloadLengthMustBeTheTruth) {
  const Octets packet = ipv6(0, hex("fd00 c204 00010000"));
  EXPECT_EQ(read(packet, LinkType::raw, automatic).error, WireError::none);
  EXPECT_EQ(read(packet, LinkType::raw, verify).error, WireError::ipv6_hop_by_hop);
}

// Nothing behind them is a transport that could be tracked.
TEST(Ipv6, MobilityHostIdentityAndShim6AreProtocols) {
  for (const std::uint8_t kind : {std::uint8_t{135}, std::uint8_t{139}, std::uint8_t{140}}) {
    const Packet p = read(ipv6(kind, hex("3b00 000000000000")));
    EXPECT_EQ(p.headers.protocol, kind);
    EXPECT_EQ(p.l4_length, 8u);
  }
}

// 8 bytes of UDP from port 1000 to 2000, its checksum right between the addresses of `ipv6`.
const Octets kUdp = hex("03e8 07d0 0008 98b1");

TEST(Ipv6, ReadsTheTransportOfAFirstFragment) {
  const Packet p = read(ipv6(44, hex("1100 0001 12345678") + first(kUdp, 6)));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_TRUE(p.headers.more_fragments);
  EXPECT_EQ(p.headers.protocol, protocol::udp);
  EXPECT_EQ(p.headers.source_port, 1000);
  EXPECT_EQ(p.headers.destination_port, 2000);
}

TEST(Ipv6, LaterFragmentHasNoTransport) {
  const Packet p = read(ipv6(44, hex("1100 fff9 12345678") + kUdp));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.fragment_offset, 0xfff8);
  EXPECT_TRUE(p.headers.more_fragments);
  EXPECT_EQ(p.headers.protocol, protocol::udp);
  EXPECT_EQ(p.headers.source_port, 0);
  EXPECT_EQ(p.l4_offset, 0u);
}

// A second fragment header does not make whole what the first one says is not.
TEST(Ipv6, FragmentInAFragmentStaysOne) {
  const Packet p = read(ipv6(44, hex("2c00 0001 12345678 1100 0000 12345678") + kUdp));
  EXPECT_TRUE(p.headers.more_fragments);
  EXPECT_EQ(p.l4_checksum, Checksum::none);
}

// RFC 6946
TEST(Ipv6, AtomicFragmentIsWhole) {
  const Packet p = read(ipv6(44, hex("1100 0000 12345678") + kUdp));
  EXPECT_FALSE(p.headers.fragment());
  EXPECT_EQ(p.l4_checksum, Checksum::good);
}

// The checksum goes over the last destination, which a routing header hides until it is reached.
TEST(Ipv6, SourceRoutedChecksumIsNotJudged) {
  const Octets route = hex("1102 0001 00000000 20010db8000000000000000000000009");
  EXPECT_EQ(read(ipv6(43, route + kUdp)).l4_checksum, Checksum::none);
  EXPECT_EQ(read(ipv6(43, with(route, 3, hex("00")) + kUdp)).l4_checksum, Checksum::good);
}

TEST(Ipv6, PayloadLengthZeroWithTcpIsOffloaded) {
  const Octets packet = with(ipv6(protocol::tcp, Octets(30, 0x50)), 4, hex("0000"));
  for (const auto mode : {automatic, ignore}) {
    const Packet p = read(packet, LinkType::raw, mode);
    EXPECT_EQ(p.error, WireError::none);
    EXPECT_TRUE(p.length_offloaded);
    EXPECT_EQ(p.ip_length, 70u);
    EXPECT_EQ(p.l4_length, 30u);
  }
  const Packet p = read(packet, LinkType::raw, verify);
  EXPECT_EQ(p.error, WireError::tcp_short);
  EXPECT_FALSE(p.length_offloaded);
  EXPECT_EQ(p.l4_length, 0u);
}

// Of tunnels, whose UDP length is 0 then, too.
TEST(Ipv6, PayloadLengthZeroWithUdpIsOffloaded) {
  const Octets packet = with(with(ipv6(protocol::udp, kUdp), 4, hex("0000")), 44, hex("0000"));
  const Packet p = read(packet);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_TRUE(p.length_offloaded);
  EXPECT_EQ(p.l4_length, kUdp.size());
  EXPECT_EQ(read(packet, LinkType::raw, verify).error, WireError::udp_short);
  EXPECT_EQ(read(with(packet, 44, hex("0001"))).error, WireError::udp_length);
}

// RFC 2675
TEST(Ipv6, JumboPayloadIsAsLongAsTheFrame) {
  const Packet p = read(with(ipv6(0, hex("fd00 c204 0000000a aabb")), 4, hex("0000")));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_TRUE(p.length_offloaded);
  EXPECT_EQ(p.l4_length, 2u);
}

TEST(Ipv6, PayloadLengthZeroOfOthersIsEmpty) {
  const Packet p = read(with(ipv6(kNone, Octets(6)), 4, hex("0000")));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_FALSE(p.length_offloaded);
  EXPECT_EQ(p.ip_length, 40u);
}

}  // namespace
}  // namespace statewall
