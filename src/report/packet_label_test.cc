#include "report/packet_label.h"

#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;

std::string label(std::uint8_t protocol, const Octets& payload) {
  return packet_label(read(ipv4(protocol, payload)));
}

TEST(PacketLabel, Icmp) {
  EXPECT_EQ(label(protocol::icmp, icmp(8, 0, 33029 << 16 | 1)),
            "ICMP echo request, id 33029, seq 1");
  const Octets quoted = ipv4(protocol::udp, udp(1025, 53));
  EXPECT_EQ(label(protocol::icmp, icmp(3, 3, 0, quoted)), "ICMP 10.0.0.10 udp port 53 unreachable");
}

TEST(PacketLabel, Tcp) {
  const auto flags = [](std::uint8_t bits, const Octets& payload = {}) {
    return label(protocol::tcp,
                 tcp({.source_port = 1025, .destination_port = 80, .flags = bits}, payload));
  };
  EXPECT_EQ(flags(tcp_flag::syn), "TCP 1025 > 80 SYN");
  EXPECT_EQ(flags(tcp_flag::syn | tcp_flag::ack), "TCP 1025 > 80 SYN ACK");
  EXPECT_EQ(flags(tcp_flag::ack | tcp_flag::psh, hex("0000")), "TCP 1025 > 80 ACK PSH, 2 bytes");
  EXPECT_EQ(flags(0), "TCP 1025 > 80");
}

TEST(PacketLabel, UdpAndOthers) {
  EXPECT_EQ(label(protocol::udp, udp(1025, 53)), "UDP 1025 > 53");
  EXPECT_EQ(label(protocol::udp, udp(1025, 53, hex("00"))), "UDP 1025 > 53, 1 byte");
  EXPECT_EQ(label(89, hex("0000")), "ospf, 2 bytes");
  EXPECT_EQ(label(253, hex("")), "protocol 253");
}

TEST(PacketLabel, WhatIsNotWhole) {
  EXPECT_EQ(label(protocol::tcp, hex("0000")), "tcp [tcp-short]");
  EXPECT_EQ(label(protocol::icmp, icmp(3, 1, 0)), "ICMP host ? unreachable [quote-short]");
  Octets later = ipv4(protocol::udp, hex("0000000000000000"));
  later[7] = 185;  // the offset, in units of eight
  later[10] = later[11] = 0;
  EXPECT_EQ(packet_label(read(later, LinkType::raw, ChecksumMode::ignore)), "udp fragment at 1480");
}

}  // namespace
}  // namespace statewall
