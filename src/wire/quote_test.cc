#include "wire/quote.h"

#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::icmp;
using testing::ipv4;
using testing::ipv6;
using testing::Octets;
using testing::read;
using testing::with;

Quote quote4(const Octets& octets) {
  Quote quote;
  read_ipv4_quote(Bytes(octets), quote);
  return quote;
}
Quote quote6(const Octets& octets) {
  Quote quote;
  read_ipv6_quote(Bytes(octets), quote);
  return quote;
}

const Octets kPorts = hex("03e8 07d0");

TEST(Quote, IsFoundBehindTheIcmpHeader) {
  const Octets quoted = ipv4(protocol::tcp, testing::tcp({.source_port = 4000, .sequence = 9}));
  const Packet p = read(ipv4(protocol::icmp, icmp(11, 0, 0, first(quoted, 28))));
  ASSERT_TRUE(p.has_quote);
  EXPECT_EQ(p.quote.error, WireError::none);
  EXPECT_EQ(p.quote.headers.family, Family::ipv4);
  EXPECT_EQ(p.quote.headers.source, testing::kA);
  EXPECT_EQ(p.quote.headers.destination, testing::kB);
  EXPECT_EQ(p.quote.headers.protocol, protocol::tcp);
  EXPECT_EQ(p.quote.headers.ttl, 64);
  EXPECT_EQ(p.quote.headers.source_port, 4000);
  EXPECT_EQ(p.quote.l4_length, 8u);
}

// C6
TEST(Quote, PortsNeedFourBytes) {
  for (const std::uint8_t protocol : hex("06 11 84 88")) {
    EXPECT_EQ(quote4(ipv4(protocol, kPorts)).headers.source_port, 1000);
    EXPECT_EQ(quote4(ipv4(protocol, kPorts)).headers.destination_port, 2000);
    const Quote three = quote4(ipv4(protocol, first(kPorts, 3)));
    EXPECT_EQ(three.error, WireError::none);
    EXPECT_EQ(three.headers.source_port, 0);
    EXPECT_EQ(three.l4_length, 3u);
  }
}

// C8
TEST(Quote, OtherProtocolsHaveNoPorts) {
  for (const std::uint8_t protocol : hex("01 04 2f 32 fd")) {
    EXPECT_EQ(quote4(ipv4(protocol, kPorts)).headers.source_port, 0);
  }
  const Quote bare = quote4(ipv4(253, {}));
  EXPECT_EQ(bare.error, WireError::none);
  EXPECT_EQ(bare.l4_length, 0u);
}

// C7, C14
TEST(Quote, IcmpNeedsEightBytes) {
  const Octets echo = ipv4(protocol::icmp, icmp(8, 5, 0x81050002));
  const Quote quote = quote4(echo);
  EXPECT_EQ(quote.headers.icmp_type, 8);
  EXPECT_EQ(quote.headers.icmp_code, 5);
  EXPECT_EQ(quote.headers.icmp_id, 33029);
  EXPECT_EQ(quote.headers.icmp_sequence, 2);
  const Quote seven = quote4(first(echo, 27));
  EXPECT_EQ(seven.error, WireError::none);
  EXPECT_EQ(seven.headers.icmp_type, 0);
  EXPECT_EQ(seven.l4_length, 7u);
}

// C5
TEST(Quote, NeedsAnIpHeader) {
  const Octets quoted = ipv4(protocol::udp, kPorts);
  for (std::size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(quote4(first(quoted, size)).error, WireError::quote_short) << size;
  }
  EXPECT_EQ(quote4(first(quoted, 20)).error, WireError::none);
  for (std::size_t size = 0; size < 40; ++size) {
    EXPECT_EQ(quote6(first(ipv6(17, kPorts), size)).error, WireError::quote_short) << size;
  }
}

// C9
TEST(Quote, HonoursOptions) {
  const Octets options = ipv4({.protocol = protocol::udp, .options = hex("94040000")}, kPorts);
  EXPECT_EQ(quote4(options).headers.source_port, 1000);
  EXPECT_EQ(quote4(options).l4_length, 4u);
  EXPECT_EQ(quote4(first(options, 23)).error, WireError::quote_options_short);
  EXPECT_EQ(quote4(with(options, 0, hex("4f"))).error, WireError::quote_options_short);
}

// C10
TEST(Quote, LaterFragmentHasNoPorts) {
  const Quote later = quote4(with(ipv4(17, kPorts), 6, hex("0001")));
  EXPECT_EQ(later.error, WireError::none);
  EXPECT_EQ(later.headers.fragment_offset, 8);
  EXPECT_EQ(later.headers.source_port, 0);
  const Quote first_one = quote4(with(ipv4(17, kPorts), 6, hex("2000")));
  EXPECT_TRUE(first_one.headers.more_fragments);
  EXPECT_EQ(first_one.headers.source_port, 1000);
}

// C11: version 6, a total length beyond all, a wrong checksum.
TEST(Quote, IsReadLeniently) {
  const Quote quote = quote4(with(ipv4(17, kPorts), 0, hex("65 00 ffff 0000 0000 40 11 0bad")));
  EXPECT_EQ(quote.error, WireError::none);
  EXPECT_EQ(quote.headers.family, Family::ipv4);
  EXPECT_EQ(quote.headers.source, testing::kA);
  EXPECT_EQ(quote.headers.source_port, 1000);
}

// The transport is taken where IHL says, even inside the header.
TEST(Quote, TakesIhlLiterally) {
  const Quote quote = quote4(with(ipv4(17, kPorts), 0, hex("43")));
  EXPECT_EQ(quote.error, WireError::none);
  EXPECT_EQ(quote.headers.source_port, 0xc0a8);
  EXPECT_EQ(quote.headers.destination_port, 0x0106);
  EXPECT_EQ(quote.l4_length, 12u);
}

TEST(Quote, EndsWithTheIcmpMessageNotTheFrame) {
  const Packet p =
      read(ipv4(protocol::icmp, icmp(3, 3, 0, first(ipv4(17, kPorts), 22))) + Octets(10, 0xee));
  EXPECT_EQ(p.quote.error, WireError::none);
  EXPECT_EQ(p.quote.l4_length, 2u);
  EXPECT_EQ(p.quote.headers.source_port, 0);
}

TEST(Quote, OfACutFrameEndsWithTheCapture) {
  const Octets packet = ipv4(protocol::icmp, icmp(3, 3, 0, ipv4(17, kPorts)));
  const Packet p = read(first(packet, 50), LinkType::raw, ChecksumMode::automatic, packet.size());
  EXPECT_TRUE(p.cut);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.quote.l4_length, 2u);
  const Packet q = read(first(packet, 28), LinkType::raw, ChecksumMode::automatic, packet.size());
  EXPECT_EQ(q.error, WireError::none);
  EXPECT_EQ(q.quote.error, WireError::quote_short);
}

TEST(Quote, WalksIpv6Extensions) {
  const Octets quoted = ipv6(0, hex("2c00 010400000000 1100 0001 00000009") + kPorts);
  const Quote quote = quote6(quoted);
  EXPECT_EQ(quote.error, WireError::none);
  EXPECT_EQ(quote.headers.family, Family::ipv6);
  EXPECT_EQ(quote.headers.protocol, protocol::udp);
  EXPECT_TRUE(quote.headers.more_fragments);
  EXPECT_EQ(quote.headers.destination_port, 2000);
  EXPECT_EQ(quote.l4_length, 4u);
  // As far as it tells what follows.
  EXPECT_EQ(quote6(first(quoted, 52)).error, WireError::none);
  EXPECT_EQ(quote6(first(quoted, 52)).l4_length, 0u);
  EXPECT_EQ(quote6(first(quoted, 51)).error, WireError::quote_options_short);
}

TEST(Quote, Ipv6IcmpIsItsOwn) {
  EXPECT_EQ(quote6(ipv6(58, hex("8000 0000 8105 0001"))).headers.icmp_id, 33029);
  EXPECT_EQ(quote6(ipv6(1, hex("0800 0000 8105 0001"))).headers.icmp_id, 0);
  EXPECT_EQ(quote4(ipv4(58, hex("8000 0000 8105 0001"))).headers.icmp_id, 0);
}

}  // namespace
}  // namespace statewall
