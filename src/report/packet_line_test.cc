#include "report/packet_line.h"

#include <gtest/gtest.h>

#include <string>

#include "statewall/reason.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;

constexpr Nanoseconds kNoon = 1609502400'000001000;

std::string line(const Octets& octets, Reason reason, Direction direction, std::uint64_t number) {
  const Packet packet = read(octets);
  Observation observation;
  observation.state = state_of(reason);
  observation.direction = direction;
  observation.reason = reason;
  observation.connection = {number, 0};
  Buffer out;
  append_packet_line(out, {"ping.pcap", 1, kNoon, packet, observation});
  return fmt::to_string(out);
}

TEST(PacketLine, AQuery) {
  EXPECT_EQ(line(ipv4(protocol::icmp, icmp(8, 0, 1)), Reason::opens_query, Direction::original, 1),
            "    1 12:00:00.000001 NEW         orig  #1    IP 192.168.1.6 > 10.0.0.10: ICMP echo "
            "request, id 0, seq 1, length 8; opens connection 1 with an echo query");
}

TEST(PacketLine, ColumnsAlign) {
  const Octets reply = ipv4(protocol::icmp, icmp(0, 0, 1));
  const std::size_t column = 46;
  for (const std::string& text : {line(reply, Reason::replies_to_query, Direction::reply, 1),
                                  line(reply, Reason::replies_to_query, Direction::original, 9999),
                                  line(reply, Reason::reply_without_query, Direction::none, 0),
                                  line(reply, Reason::not_tracked, Direction::none, 0)}) {
    EXPECT_EQ(text.find("IP 192"), column) << text;
  }
}

TEST(PacketLine, WhatHasNoStateShowsADash) {
  EXPECT_EQ(line(hex("450000"), Reason::ip_unreadable, Direction::none, 0),
            "    1 12:00:00.000001 -           -     -     IP [ipv4-short]; is shorter than an "
            "IPv4 header, so it never reaches tracking");
}

}  // namespace
}  // namespace statewall
