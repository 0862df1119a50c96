#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::ipv4;
using testing::ipv6;
using testing::Octets;
using testing::read;
using testing::with;
using enum ChecksumMode;

// 1000 > 53, "abc": its checksum is right from kA to kB.
const Octets kDatagram = hex("03e8 0035 000b 6ba0 616263");

Packet read_datagram(const Octets& datagram, ChecksumMode mode = automatic) {
  return read(ipv4(protocol::udp, datagram), LinkType::raw, mode);
}

TEST(Udp, ReadsTheHeader) {
  const Packet p = read_datagram(kDatagram);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.source_port, 1000);
  EXPECT_EQ(p.headers.destination_port, 53);
  EXPECT_EQ(p.l4_length, 11u);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
}

TEST(Udp, Checksum) {
  const Octets bad = with(kDatagram, 6, hex("6ba1"));
  EXPECT_EQ(read_datagram(bad).l4_checksum, Checksum::bad);
  EXPECT_EQ(read_datagram(bad).error, WireError::none);
  EXPECT_EQ(read_datagram(bad, ignore).l4_checksum, Checksum::none);
  // c0a8 + 0106 + 0a00 + 000a + 17 + 11
  const Octets offloaded = with(kDatagram, 6, hex("cbd4"));
  EXPECT_EQ(read_datagram(offloaded).l4_checksum, Checksum::offloaded);
  EXPECT_EQ(read_datagram(offloaded, verify).l4_checksum, Checksum::bad);
}

TEST(Udp, ChecksumGoesOverItsOwnLength) {
  const Packet p = read_datagram(kDatagram + hex("ffff"));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l4_length, 13u);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
}

TEST(Udp, MayLackAChecksum) {
  for (const auto mode : {automatic, verify}) {
    const Octets unset = with(kDatagram, 6, hex("0000"));
    EXPECT_EQ(read_datagram(unset, mode).l4_checksum, Checksum::none);
    EXPECT_EQ(read(ipv6(protocol::udp, unset), LinkType::raw, mode).l4_checksum, Checksum::none);
  }
}

TEST(Udp, ShortByItself) {
  for (std::size_t size = 0; size < 8; ++size) {
    const Packet p = read_datagram(first(kDatagram, size));
    EXPECT_EQ(p.error, WireError::udp_short) << size;
    EXPECT_FALSE(p.cut);
    EXPECT_EQ(p.headers.destination_port, size >= 4 ? 53 : 0);
  }
}

TEST(Udp, Cut) {
  const Octets packet = ipv4(protocol::udp, kDatagram);
  const Packet in_header = read(first(packet, 27), LinkType::raw, automatic, packet.size());
  EXPECT_EQ(in_header.error, WireError::udp_short);
  EXPECT_TRUE(in_header.cut);
  EXPECT_EQ(in_header.headers.source_port, 1000);
  EXPECT_EQ(in_header.l4_checksum, Checksum::cut);

  const Packet behind = read(first(packet, 28), LinkType::raw, automatic, packet.size());
  EXPECT_EQ(behind.error, WireError::none);
  EXPECT_TRUE(behind.cut);
  EXPECT_EQ(behind.l4_checksum, Checksum::cut);
}

TEST(Udp, WrongLengthLeavesThePorts) {
  for (const char* length : {"0000", "0007", "000c", "ffff"}) {
    const Packet p = read_datagram(with(kDatagram, 4, hex(length)));
    EXPECT_EQ(p.error, WireError::udp_length) << length;
    EXPECT_EQ(p.headers.source_port, 1000);
    EXPECT_EQ(p.headers.destination_port, 53);
  }
  EXPECT_EQ(read_datagram(with(kDatagram, 4, hex("0008"))).error, WireError::none);
}

TEST(Udp, LengthIsHeldAgainstIpNotTheCapture) {
  const Octets packet = ipv4(protocol::udp, with(kDatagram, 4, hex("000c")));
  EXPECT_EQ(read(first(packet, 28), LinkType::raw, automatic, packet.size()).error,
            WireError::udp_length);
}

}  // namespace
}  // namespace statewall
