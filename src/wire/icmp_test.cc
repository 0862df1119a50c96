#include "wire/icmp.h"

#include <gtest/gtest.h>

#include "statewall/icmp.h"
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
using enum ChecksumMode;

// Echo, id 33029, sequence 1.
const Octets kEcho = hex("0800 76f9 8105 0001");

TEST(Icmp, ReadsTheHeader) {
  const Packet p = read(ipv4(protocol::icmp, kEcho));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.icmp_type, 8);
  EXPECT_EQ(p.headers.icmp_code, 0);
  EXPECT_EQ(p.headers.icmp_id, 33029);
  EXPECT_EQ(p.headers.icmp_sequence, 1);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_EQ(p.l4_length, 8u);
  EXPECT_FALSE(p.has_quote);
}

TEST(Icmp, ChecksumIsJudgedAndNoError) {
  const Octets wrong = ipv4(protocol::icmp, with(kEcho, 7, hex("02")));
  for (const auto mode : {automatic, verify}) {
    const Packet p = read(wrong, LinkType::raw, mode);
    EXPECT_EQ(p.error, WireError::none);
    EXPECT_EQ(p.l4_checksum, Checksum::bad);
  }
  EXPECT_EQ(read(wrong, LinkType::raw, ignore).l4_checksum, Checksum::none);
}

// No network card computes it, so a field of 0 is as wrong as any other.
TEST(Icmp, ChecksumIsNeverOffloaded) {
  const Packet p = read(ipv4(protocol::icmp, with(kEcho, 2, hex("0000"))));
  EXPECT_EQ(p.l4_checksum, Checksum::bad);
}

TEST(Icmp, ChecksumOfAnOddLength) {
  EXPECT_EQ(read(ipv4(protocol::icmp, icmp(8, 0, 1, hex("010203")))).l4_checksum, Checksum::good);
}

// A13
TEST(Icmp, ShortByItself) {
  for (std::size_t size = 0; size < kIcmpHeader; ++size) {
    const Packet p = read(ipv4(protocol::icmp, first(kEcho, size)));
    EXPECT_EQ(p.error, WireError::icmp_short) << size;
    EXPECT_FALSE(p.cut);
    EXPECT_EQ(p.headers.icmp_type, size > 0 ? 8 : 0);
  }
}

TEST(Icmp, ShortByTheCut) {
  const Packet p = read(first(ipv4(protocol::icmp, kEcho), 26), LinkType::raw, automatic, 28);
  EXPECT_EQ(p.error, WireError::icmp_short);
  EXPECT_TRUE(p.cut);
  EXPECT_EQ(p.headers.icmp_type, 8);
  EXPECT_EQ(p.headers.icmp_id, 33029);
  EXPECT_EQ(p.l4_checksum, Checksum::cut);
}

TEST(Icmp, CutBehindItsHeader) {
  const Octets packet = ipv4(protocol::icmp, icmp(8, 0, 0x10002, Octets(56)));
  const Packet p = read(first(packet, 40), LinkType::raw, automatic, packet.size());
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l4_checksum, Checksum::cut);
  EXPECT_EQ(p.headers.icmp_sequence, 2);
  EXPECT_EQ(p.l4_length, 64u);
  EXPECT_EQ(p.l4_present, 20u);
}

TEST(Icmp, ErrorsQuote) {
  const Octets quoted = ipv4(protocol::udp, testing::udp(1000, 2000));
  for (int type = 0; type < 256; ++type) {
    const Packet p =
        read(ipv4(protocol::icmp, icmp(static_cast<std::uint8_t>(type), 1, 1500, quoted)));
    const bool error = icmp_meaning(static_cast<std::uint8_t>(type)).role == IcmpRole::error;
    EXPECT_EQ(p.has_quote, error) << type;
    EXPECT_EQ(p.quote.headers.destination_port, error ? 2000 : 0) << type;
    EXPECT_EQ(p.headers.icmp_sequence, 1500);
  }
}

TEST(Icmp, NoQuoteInAFragment) {
  const Octets error = icmp(3, 3, 0, ipv4(protocol::udp, testing::udp(1000, 2000)));
  const Packet p = read(
      ipv4({.source = testing::kA, .protocol = protocol::icmp, .more_fragments = true}, error));
  EXPECT_FALSE(p.has_quote);
  EXPECT_EQ(p.headers.icmp_type, 3);
}

TEST(Icmpv6, ReadsTheHeader) {
  const Packet p = read(ipv6(protocol::icmpv6, hex("8000 a341 8105 0001")));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.icmp_type, 128);
  EXPECT_EQ(p.headers.icmp_id, 33029);
  EXPECT_EQ(p.headers.icmp_sequence, 1);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_EQ(read(ipv6(protocol::icmpv6, hex("8000 a342 8105 0001"))).l4_checksum, Checksum::bad);
}

// RFC 4443 2.1: the types below 128 are errors, assigned or not. A redirect quotes in an option.
TEST(Icmpv6, ErrorsQuote) {
  const Octets quoted = ipv6(protocol::udp, hex("03e8 07d0 0008 0000"));
  for (int type = 0; type < 256; ++type) {
    const Octets header = Octets{static_cast<std::uint8_t>(type)} + hex("00 0000 00000000");
    const Packet p = read(ipv6(protocol::icmpv6, header + quoted));
    EXPECT_EQ(p.has_quote, type < 128) << type;
    EXPECT_EQ(p.quote.headers.source_port, p.has_quote ? 1000 : 0) << type;
  }
}

// J5: the quote is in the redirected header, which must be the first option.
TEST(Icmpv6, ARedirectQuotesInItsFirstOption) {
  const Octets quoted = ipv6(protocol::udp, hex("03e8 07d0 0008 0000"));
  const auto redirect = [&](const Octets& option) {
    return read(ipv6(protocol::icmpv6, hex("8900 0000 00000000") + Octets(32) + option + quoted));
  };
  const Packet p = redirect(hex("0407 000000000000"));
  EXPECT_TRUE(p.has_quote);
  EXPECT_EQ(p.quote.headers.source_port, 1000);
  EXPECT_FALSE(redirect(hex("0201 000000000000")).has_quote) << "another option";
  EXPECT_FALSE(redirect(hex("0400 000000000000")).has_quote) << "no length";
}

// A20: each belongs to its own version of IP; over the other it is a protocol without reader.
TEST(Icmp, OverTheOtherVersionOfIpIsNotRead) {
  const Packet p = read(ipv6(protocol::icmp, kEcho));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.icmp_type, 0);
  EXPECT_EQ(p.l4_checksum, Checksum::none);
  const Packet q = read(ipv4(protocol::icmpv6, hex("8000 0000 8105 0001")));
  EXPECT_EQ(q.error, WireError::none);
  EXPECT_EQ(q.headers.icmp_type, 0);
}

}  // namespace
}  // namespace statewall
