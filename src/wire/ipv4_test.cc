#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::Octets;
using testing::read;
using testing::with;
using enum ChecksumMode;

// 192.168.1.6 > 10.0.0.10, TTL 63, protocol 253, 4 bytes of payload.
const Octets kPacket = hex("4500 0018 1234 4000 3f fd 5cfd c0a80106 0a00000a 01020304");

TEST(Ipv4, ReadsTheHeader) {
  const Packet p = read(kPacket, LinkType::ipv4);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.family, Family::ipv4);
  EXPECT_EQ(p.headers.source, testing::kA);
  EXPECT_EQ(p.headers.destination, testing::kB);
  EXPECT_EQ(p.headers.protocol, 253);
  EXPECT_EQ(p.headers.ttl, 63);
  EXPECT_FALSE(p.headers.fragment());
  EXPECT_EQ(p.ip_checksum, Checksum::good);
  EXPECT_EQ(p.l4_checksum, Checksum::none);
  EXPECT_EQ(p.ip_length, 24u);
  EXPECT_EQ(p.l4_offset, 20u);
  EXPECT_EQ(p.l4_length, 4u);
  EXPECT_EQ(p.l4_present, 4u);
  EXPECT_FALSE(p.cut);
}

TEST(Ipv4, OffsetsCountFromTheFrame) {
  const Packet p =
      read(hex("020000000001 020000000002 8100 0005 0800") + kPacket, LinkType::ethernet);
  EXPECT_EQ(p.l3_offset, 18u);
  EXPECT_EQ(p.l4_offset, 38u);
  EXPECT_EQ(p.vlan, 5);
  EXPECT_EQ(p.vlan_tags, 1);
  EXPECT_EQ(p.ethertype, 0x0800);
}

TEST(Ipv4, OptionsBelongToTheHeader) {
  const Octets packet = testing::ipv4({.source = testing::kA,
                                       .destination = testing::kB,
                                       .protocol = 253,
                                       .options = hex("94040000")},
                                      hex("0102"));
  const Packet p = read(packet);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.ip_checksum, Checksum::good);
  EXPECT_EQ(p.l4_offset, 24u);
  EXPECT_EQ(p.l4_length, 2u);
}

// The checksum goes over the last destination, which a source route hides until it is reached.
TEST(Ipv4, SourceRoutedChecksumIsNotJudged) {
  const struct {
    Octets options;
    bool routed;
  } cases[] = {
      {hex("83 07 04 0a000063"), true},              // loose, first stop ahead
      {hex("01 89 0b 08 0a000063 0a000064"), true},  // strict, behind a NOP, last stop ahead
      {hex("94 04 0000 83 07 04 0a000063"), true},   // behind a router alert
      {hex("83 07 07 0a000063"), true},              // the pointer must be beyond the length
      {hex("83 07 08 0a000063"), false},             // no stop ahead
      {hex("00 83 07 04 0a000063"), false},          // behind the end of the options
      {hex("07 07 04 0a000063"), false},             // records the route
      {hex("94 00 83 07 04 0a000063"), false},       // behind an option of no length
  };
  for (const auto& c : cases) {
    const Ipv4Fields fields{.source = testing::kA,
                            .destination = testing::kB,
                            .protocol = protocol::udp,
                            .options = c.options};
    const Packet p = read(testing::ipv4(fields, testing::udp(1000, 2000)));
    EXPECT_EQ(p.error, WireError::none);
    EXPECT_EQ(p.l4_checksum, c.routed ? Checksum::none : Checksum::good);
    EXPECT_EQ(p.headers.source_port, 1000);
  }
}

// A22
TEST(Ipv4, EndsAtItsTotalLength) {
  const Packet p = read(kPacket + Octets(22));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.ip_length, 24u);
  EXPECT_EQ(p.l4_present, 4u);
}

TEST(Ipv4, LongerThanTheFrameIsTruncated) {
  for (const auto mode : {automatic, verify, ignore}) {
    EXPECT_EQ(read(first(kPacket, 23), LinkType::raw, mode).error, WireError::ipv4_truncated);
  }
}

TEST(Ipv4, LongerThanTheCaptureIsCut) {
  const Packet p = read(first(kPacket, 21), LinkType::raw, automatic, 24);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_TRUE(p.cut);
  EXPECT_EQ(p.ip_length, 24u);
  EXPECT_EQ(p.l4_length, 4u);
  EXPECT_EQ(p.l4_present, 1u);
}

TEST(Ipv4, PaddingThatWasCutIsNoCut) {
  const Packet p = read(kPacket, LinkType::raw, automatic, 46);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_FALSE(p.cut);
}

TEST(Ipv4, VerifyDoesNotTrustTheOriginalLength) {
  const Packet p = read(first(kPacket, 21), LinkType::raw, verify, 24);
  EXPECT_EQ(p.error, WireError::ipv4_truncated);
  EXPECT_FALSE(p.cut);
}

TEST(Ipv4, OriginalLengthBelowTheCapturedIsNotBelieved) {
  EXPECT_EQ(read(kPacket, LinkType::raw, automatic, 1).error, WireError::none);
}

TEST(Ipv4, CutInItsHeader) {
  const Packet p = read(first(kPacket, 19), LinkType::ipv4, automatic, 24);
  EXPECT_EQ(p.error, WireError::ipv4_short);
  EXPECT_TRUE(p.cut);
  EXPECT_FALSE(read(first(kPacket, 19), LinkType::ipv4, automatic).cut);
}

TEST(Ipv4, CutInItsOptions) {
  const Octets packet = testing::ipv4({.protocol = 253, .options = hex("94040000")}, {});
  const Packet p = read(first(packet, 22), LinkType::raw, automatic, 24);
  EXPECT_EQ(p.error, WireError::ipv4_options_short);
  EXPECT_TRUE(p.cut);
}

TEST(Ipv4, TotalLengthZeroIsOffloaded) {
  const Octets packet = with(kPacket, 2, hex("0000 1234 4000 3f fd 5d15"));
  for (const auto mode : {automatic, ignore}) {
    const Packet p = read(packet, LinkType::raw, mode);
    EXPECT_EQ(p.error, WireError::none);
    EXPECT_TRUE(p.length_offloaded);
    EXPECT_EQ(p.ip_length, 24u);
    EXPECT_EQ(p.l4_length, 4u);
  }
  EXPECT_EQ(read(first(packet, 22), LinkType::raw, automatic, 24).ip_length, 24u);

  const Packet p = read(packet, LinkType::raw, verify);
  EXPECT_EQ(p.error, WireError::ipv4_total_length);
  EXPECT_FALSE(p.length_offloaded);
}

TEST(Ipv4, HeaderChecksum) {
  const Octets wrong = with(kPacket, 10, hex("5cfe"));
  for (const auto mode : {automatic, verify}) {
    const Packet p = read(wrong, LinkType::raw, mode);
    EXPECT_EQ(p.error, WireError::ipv4_checksum);
    EXPECT_EQ(p.ip_checksum, Checksum::bad);
    EXPECT_EQ(p.headers.source, testing::kA);
    EXPECT_EQ(p.l4_offset, 0u);
  }
  EXPECT_EQ(read(wrong, LinkType::raw, ignore).error, WireError::none);
  EXPECT_EQ(read(wrong, LinkType::raw, ignore).ip_checksum, Checksum::none);
}

TEST(Ipv4, UnsetHeaderChecksumIsOffloaded) {
  const Octets unset = with(kPacket, 10, hex("0000"));
  const Packet p = read(unset, LinkType::raw, automatic);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.ip_checksum, Checksum::offloaded);
  EXPECT_EQ(p.l4_offset, 20u);
  EXPECT_EQ(read(unset, LinkType::raw, verify).error, WireError::ipv4_checksum);
}

TEST(Ipv4, WrongHeaders) {
  const struct {
    Octets packet;
    WireError error;
  } cases[] = {
      {first(kPacket, 19), WireError::ipv4_short},
      {with(kPacket, 0, hex("55")), WireError::ipv4_version},
      {with(kPacket, 0, hex("65")), WireError::ipv4_version},
      {with(kPacket, 0, hex("44")), WireError::ipv4_header_length},
      {with(kPacket, 0, hex("40")), WireError::ipv4_header_length},
      {with(kPacket, 0, hex("47")), WireError::ipv4_options_short},
      {with(kPacket, 2, hex("0013")), WireError::ipv4_total_length},
      {with(kPacket, 0, hex("46 00 0017")), WireError::ipv4_total_length},
      {with(kPacket, 2, hex("0019")), WireError::ipv4_truncated},
  };
  for (const auto& c : cases) {
    const Packet p = read(c.packet, LinkType::ipv4, verify);
    EXPECT_EQ(p.error, c.error) << slug(p.error);
    EXPECT_EQ(p.l4_offset, 0u);
    EXPECT_EQ(p.ip_checksum, Checksum::none);
  }
}

Octets fragment(std::uint16_t offset, bool more, const Octets& payload) {
  return testing::ipv4({.source = testing::kA,
                        .destination = testing::kB,
                        .protocol = protocol::udp,
                        .more_fragments = more,
                        .fragment_offset = offset},
                       payload);
}

TEST(Ipv4, FirstFragmentIsReadButNotJudged) {
  const Octets whole = testing::udp(1000, 2000, Octets(100, 7));
  const Packet p = read(fragment(0, true, first(whole, 24)));
  EXPECT_EQ(p.error, WireError::none);  // though UDP is longer than this
  EXPECT_TRUE(p.headers.more_fragments);
  EXPECT_EQ(p.headers.fragment_offset, 0);
  EXPECT_EQ(p.headers.source_port, 1000);
  EXPECT_EQ(p.headers.destination_port, 2000);
  EXPECT_EQ(p.l4_length, 24u);
  EXPECT_EQ(p.l4_checksum, Checksum::none);
  EXPECT_EQ(read(fragment(0, true, first(whole, 3))).error, WireError::none);
}

TEST(Ipv4, LaterFragmentHasNoTransport) {
  const Packet p = read(fragment(65528, false, testing::udp(1000, 2000)));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.fragment_offset, 65528);
  EXPECT_FALSE(p.headers.more_fragments);
  EXPECT_TRUE(p.headers.fragment());
  EXPECT_EQ(p.headers.source_port, 0);
  EXPECT_EQ(p.l4_offset, 0u);
  EXPECT_EQ(p.l4_length, 0u);
  EXPECT_EQ(p.ip_length, 28u);
}

}  // namespace
}  // namespace statewall
