#include "replay/packet_tuple.h"

#include <gtest/gtest.h>

#include "replay/world.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using testing::icmp;
using testing::ipv4;
using testing::read;
using testing::udp;

// What stands in the table is what the tuple of the packet that opened it says.
TEST(PacketTuple, IsThatOfTheEntryWhichThePacketOpens) {
  for (const auto& packet : {read(ipv4(1, icmp(8, 3, 7 << 16 | 1))), read(ipv4(17, udp(1025, 53))),
                             read(ipv4(6, testing::tcp({.source_port = 1, .flags = 2}))),
                             read(ipv4(47, testing::Octets(20)))}) {
    auto world = World::create({});
    ASSERT_TRUE(world);
    (*world)->advance(0);
    (*world)->pass(packet);
    EXPECT_EQ((*world)->connections().at(0).original, tuple_of(packet.headers));
  }
}

TEST(PacketTuple, OnlyDifferenceNamesTheOneField) {
  const Tuple udp_tuple = tuple_of(read(ipv4(17, udp(1025, 53))).headers);
  const Tuple echo = tuple_of(read(ipv4(1, icmp(8, 0, 7 << 16))).headers);
  Tuple other = udp_tuple;
  EXPECT_FALSE(only_difference(udp_tuple, other));
  other.source_port = 1;
  EXPECT_EQ(only_difference(udp_tuple, other), "source port");
  other.destination_port = 1;
  EXPECT_FALSE(only_difference(udp_tuple, other)) << "two fields differ";

  const auto changed = [&](auto change) {
    Tuple tuple = echo;
    change(tuple);
    return only_difference(echo, tuple);
  };
  EXPECT_EQ(changed([](Tuple& t) { t.source = t.destination; }), "source");
  EXPECT_EQ(changed([](Tuple& t) { t.destination = t.source; }), "destination");
  EXPECT_EQ(changed([](Tuple& t) { t.destination_port = 1; }), "destination port");
  EXPECT_EQ(changed([](Tuple& t) { t.icmp_type = 13; }), "type");
  EXPECT_EQ(changed([](Tuple& t) { t.icmp_code = 1; }), "code");
  EXPECT_EQ(changed([](Tuple& t) { t.icmp_id = 8; }), "id");
  EXPECT_EQ(changed([](Tuple& t) { t.protocol = 47; }), "protocol");
  EXPECT_FALSE(changed([](Tuple& t) { t.family = Family::ipv6; }));
}

}  // namespace
}  // namespace statewall
