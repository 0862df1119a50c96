#include "live/rewrite.h"

#include <gtest/gtest.h>

#include "firewall/testing.h"

namespace statewall {
namespace {

using namespace testing;

Decision decision(Family family, std::uint8_t tos, std::uint8_t ttl) {
  Decision made;
  made.verdict = Verdict::accept;
  made.family = family;
  made.tos = tos;
  made.ttl = ttl;
  return made;
}

TEST(Rewrite, AnIpv4PacketGetsTosAndTtlAndItsChecksum) {
  Octets packet = ping(kA, kB);
  EXPECT_FALSE(wants_rewriting(packet, decision(Family::ipv4, 0, 64)));
  const Decision wanted = decision(Family::ipv4, 0x2e, 9);
  EXPECT_TRUE(wants_rewriting(packet, wanted));
  rewrite(packet, wanted);
  EXPECT_EQ(packet[1], 0x2e);
  const Packet read = read_ip(packet);
  EXPECT_EQ(read.error, WireError::none);
  EXPECT_EQ(read.ip_checksum, Checksum::good);
  EXPECT_EQ(read.headers.ttl, 9);
  EXPECT_FALSE(wants_rewriting(packet, wanted));
}

TEST(Rewrite, AnIpv6PacketGetsTrafficClassAndHopLimitAlone) {
  Octets packet = ipv6(protocol::ipv6_no_next, Octets());
  packet[1] = 0x0a;  // of the flow label
  const Decision wanted = decision(Family::ipv6, 0xb8, 9);
  EXPECT_TRUE(wants_rewriting(packet, wanted));
  rewrite(packet, wanted);
  EXPECT_EQ(packet[0], 0x6b);
  EXPECT_EQ(packet[1], 0x8a);
  EXPECT_EQ(packet[7], 9);
  EXPECT_FALSE(wants_rewriting(packet, wanted));
}

TEST(Rewrite, AChecksumThatWasLeftToACardIsComputed) {
  for (const Octets& whole :
       {datagram(kA, kB, 1, 2, Octets({1, 2, 3})), segment(kA, kB, {.flags = tcp_flag::syn})}) {
    const bool udp = read_ip(whole).headers.protocol == protocol::udp;
    Octets packet = whole;
    packet[udp ? 26u : 36u] ^= 0x55;
    EXPECT_EQ(read_ip(packet).l4_checksum, Checksum::bad);
    complete_checksum(packet, read_ip(packet, ChecksumMode::ignore));
    EXPECT_EQ(read_ip(packet).l4_checksum, Checksum::good);
  }
}

TEST(Rewrite, WhatDoesNotPassStaysAsItIs) {
  const Octets packet = ping(kA, kB);
  Decision dropped = decision(Family::ipv4, 1, 1);
  dropped.verdict = Verdict::drop;
  EXPECT_FALSE(wants_rewriting(packet, dropped));
}

}  // namespace
}  // namespace statewall
