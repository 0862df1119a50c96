#include "rules/connlimit_memory.h"

#include <gtest/gtest.h>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;

constexpr std::uint8_t kSyn = tcp_flag::syn, kAck = tcp_flag::ack, kFin = tcp_flag::fin,
                       kRst = tcp_flag::rst;

/// One rule behind tracking, in table mangle.
class Connlimit : public ::testing::Test {
 protected:
  /// How many connections the rule counts.
  std::uint32_t see(const Octets& packet, double at = 0) {
    Sample sample(packet);
    sample.observe(world.tracker(), seconds(at));
    const std::uint32_t count = memory.count(match, sample.subject);
    world.tracker().confirm();
    return count;
  }

  static Octets datagram(std::string_view from, std::uint16_t port,
                         std::string_view to = "10.9.9.9") {
    const Address source = address(from), destination = address(to);
    return ipv4({.source = source, .destination = destination, .protocol = protocol::udp},
                built([&](auto out) { return build_udp(out, source, destination, port, 53, {}); }));
  }
  static Octets segment(bool reply, std::uint16_t port, std::uint8_t flags, std::uint32_t sequence,
                        std::uint32_t acknowledgement = 0) {
    TcpFields fields{.source_port = port,
                     .destination_port = 80,
                     .sequence = sequence,
                     .acknowledgement = acknowledgement,
                     .flags = flags};
    if (reply) std::swap(fields.source_port, fields.destination_port);
    const Address& source = reply ? kB : kA;
    const Address& destination = reply ? kA : kB;
    return ipv4({.source = source, .destination = destination, .protocol = protocol::tcp},
                built([&](auto out) { return build_tcp(out, source, destination, fields, {}); }));
  }

  World world{linux_6()};
  ConnlimitMemory memory{HostHash{{1, 2}}};
  ConnlimitMatch match;
};

// What this and the next three expect is what a kernel counted.
TEST_F(Connlimit, CountsConnectionsOfThePacketsHost) {
  EXPECT_EQ(see(datagram("10.0.0.1", 1)), 1u);
  EXPECT_EQ(see(datagram("10.0.0.1", 1)), 1u);
  EXPECT_EQ(see(datagram("10.0.0.1", 2)), 2u);
  EXPECT_EQ(see(datagram("10.0.0.1", 1)), 2u);
  const auto reply = [](std::uint16_t port) {
    const Address from = address("10.9.9.9"), to = address("10.0.0.1");
    return ipv4({.source = from, .destination = to, .protocol = protocol::udp},
                built([&](auto out) { return build_udp(out, from, to, 53, port, {}); }));
  };
  EXPECT_EQ(see(reply(1)), 1u) << "of the host that answers";
  EXPECT_EQ(see(reply(2)), 2u);
  EXPECT_EQ(see(datagram("10.0.0.4", 1)), 1u);
}

TEST_F(Connlimit, ByDestination) {
  match.by_destination = true;
  EXPECT_EQ(see(datagram("10.0.0.1", 1)), 1u);
  EXPECT_EQ(see(datagram("10.0.0.1", 2)), 2u);
  EXPECT_EQ(see(datagram("10.0.0.4", 3)), 3u);
  EXPECT_EQ(see(datagram("10.0.0.1", 1, "10.9.9.8")), 1u);
}

TEST_F(Connlimit, ClosedConnectionsDoNotCount) {
  EXPECT_EQ(see(segment(false, 1, kSyn, 100)), 1u);
  EXPECT_EQ(see(segment(false, 2, kSyn, 100)), 2u);
  EXPECT_EQ(see(segment(true, 1, kSyn | kAck, 500, 101)), 1u);
  EXPECT_EQ(see(segment(false, 1, kAck, 101, 501)), 2u);
  EXPECT_EQ(see(segment(false, 1, kFin | kAck, 101, 501)), 2u);
  EXPECT_EQ(see(segment(true, 1, kFin | kAck, 501, 102)), 1u);
  EXPECT_EQ(see(segment(false, 1, kAck, 102, 502)), 1u) << "the first is in TIME_WAIT";
  EXPECT_EQ(see(segment(false, 2, kSyn, 100)), 1u);
  EXPECT_EQ(see(segment(false, 3, kSyn, 100)), 2u);
  EXPECT_EQ(see(segment(false, 1, kRst, 102)), 2u);
  EXPECT_EQ(see(segment(false, 4, kSyn, 100)), 3u);
}

TEST_F(Connlimit, AClosedConnectionAloneIsNone) {
  see(segment(false, 1, kSyn, 100));
  see(segment(true, 1, kSyn | kAck, 500, 101));
  see(segment(false, 1, kAck, 101, 501));
  see(segment(false, 1, kFin | kAck, 101, 501));
  see(segment(true, 1, kFin | kAck, 501, 102));
  EXPECT_EQ(see(segment(false, 1, kAck, 102, 502)), 0u);
  EXPECT_EQ(see(segment(false, 1, kAck, 102, 502)), 0u);
  ConnlimitMemory late{HostHash{{1, 2}}};
  std::swap(memory, late);
  EXPECT_EQ(see(segment(false, 1, kAck, 102, 502)), 1u) << "the first of its host";
  EXPECT_EQ(see(segment(false, 1, kAck, 102, 502)), 0u);
}

TEST_F(Connlimit, APacketWithoutConnectionCountsForItself) {
  const Octets stray = ipv4(protocol::icmp, icmp(0, 0, 0x70001));
  EXPECT_EQ(see(stray), 1u);
  EXPECT_EQ(see(stray), 1u);
  EXPECT_EQ(see(ipv4(protocol::udp, udp(1, 2))), 1u);
  EXPECT_EQ(see(stray), 2u);
  EXPECT_EQ(see(ipv4(protocol::udp, hex("0001 0002"))), 2u) << "too short to be tracked";
  EXPECT_EQ(see(ipv4(protocol::udp, hex("0001 00"))), 0u) << "nobody can tell whose it is";
  EXPECT_EQ(see(ipv4(protocol::icmp, hex("0000 0000"))), 0u);
}

TEST_F(Connlimit, WhatExpiredIsGone) {
  EXPECT_EQ(see(datagram("10.0.0.1", 1), 0), 1u);
  EXPECT_EQ(see(datagram("10.0.0.1", 2), 20), 2u);
  EXPECT_EQ(see(datagram("10.0.0.1", 3), 29.9), 3u);
  EXPECT_EQ(see(datagram("10.0.0.1", 4), 30), 3u);
}

TEST_F(Connlimit, WhatARuleDropsIsGone) {
  Sample sample(datagram("10.0.0.1", 1));
  sample.observe(world.tracker(), 0);
  EXPECT_EQ(memory.count(match, sample.subject), 1u);
  world.tracker().drop();
  EXPECT_EQ(see(datagram("10.0.0.1", 2)), 1u);
}

TEST_F(Connlimit, NetworksCountTogether) {
  match.prefix_length = 24;
  EXPECT_EQ(see(datagram("10.0.0.1", 1)), 1u);
  EXPECT_EQ(see(datagram("10.0.0.200", 1)), 2u);
  EXPECT_EQ(see(datagram("10.0.1.1", 1)), 1u);
  match.prefix_length = 0;
  EXPECT_EQ(see(datagram("10.7.7.7", 1)), 1u);
  EXPECT_EQ(see(datagram("99.7.7.7", 1)), 2u);
}

TEST_F(Connlimit, MoreHostsThanThereIsRoomFor) {
  EXPECT_EQ(see(datagram("10.0.0.1", 1)), 1u);
  EXPECT_EQ(see(datagram("10.0.0.1", 2)), 2u);
  for (std::uint32_t host = 0; host < ConnlimitMemory::kHosts; ++host) {
    Sample sample(ipv4(
        {.source = Address::ipv4(0x0b000000u + host), .destination = kB, .protocol = protocol::udp},
        udp(1, 2)));
    EXPECT_EQ(memory.count(match, sample.subject), 1u);
  }
  EXPECT_EQ(see(datagram("10.0.0.1", 1)), 1u) << "forgotten, and begun anew";
}

}  // namespace
}  // namespace statewall::rules
