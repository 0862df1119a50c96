#include "verify/relocation.h"

#include <gtest/gtest.h>

#include "verify/capture_traffic.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;

Packet moved(Relocation& relocation, const Octets& bytes, Octets* out = nullptr) {
  const Family family = bytes[0] >> 4 == 6 ? Family::ipv6 : Family::ipv4;
  RulesPacket packet{bytes, family};
  relocation.move(packet);
  if (out) out->assign(packet.bytes.begin(), packet.bytes.end());
  return read_ip(packet.bytes);
}

const Octets kDatagram = ipv4(protocol::udp, udp(1000, 53, Octets(5)));

/// A packet between the hosts of `ipv6`, whose transport's checksum goes over their addresses.
template <typename Build>
Octets packet6(std::uint8_t number, Build build) {
  const Headers headers = read_ip(ipv6(number, {})).headers;
  return ipv6(number,
              built([&](auto out) { return build(out, headers.source, headers.destination); }));
}
const Octets kDatagram6 = packet6(protocol::udp, [](auto out, auto from, auto to) {
  return build_udp(out, from, to, 1, 2, Octets(9));
});
const Octets kQuery6 = packet6(protocol::icmpv6, [](auto out, auto from, auto to) {
  return build_icmpv6(out, from, to, 128, 0, 7, Octets(8));
});

TEST(Relocation, EachHostHasAPlaceOfItsOwn) {
  Relocation relocation(0);
  const Packet there = moved(relocation, kDatagram);
  EXPECT_EQ(there.headers.source, Address::ipv4(0x0a000002));
  EXPECT_EQ(there.headers.destination, Address::ipv4(0x0a00010a)) << "the router itself";
  const auto back = ipv4({.source = kB, .destination = kA, .protocol = 253}, Octets(3));
  EXPECT_EQ(moved(relocation, back).headers.destination, there.headers.source);
  std::vector<Address> places{there.headers.source, there.headers.destination};
  for (std::uint32_t i = 0; i < 300; ++i) {
    const Address from = Address::ipv4(0x01000000 + i);
    places.push_back(
        moved(relocation, ipv4({.source = from, .destination = kA}, Octets(8))).headers.source);
  }
  std::ranges::sort(places);
  EXPECT_EQ(std::ranges::adjacent_find(places), places.end());
  Relocation turned(1);
  EXPECT_EQ(moved(turned, kDatagram).headers.source, there.headers.destination);
}

TEST(Relocation, ChecksumsStayAsRightAsTheyWere) {
  Relocation relocation(0);
  for (const Octets& bytes : {kDatagram, ipv4(protocol::tcp, tcp({.flags = tcp_flag::syn})),
                              ipv4(1, icmp(8, 0, 7)), kDatagram6, kQuery6}) {
    const Packet packet = moved(relocation, bytes);
    EXPECT_EQ(packet.error, WireError::none);
    EXPECT_EQ(packet.l4_checksum, Checksum::good) << int{packet.headers.protocol};
    if (packet.headers.family == Family::ipv4) {
      EXPECT_EQ(packet.ip_checksum, Checksum::good);
    }
    EXPECT_NE(packet.headers.source, read_ip(bytes).headers.source);
  }
  EXPECT_EQ(moved(relocation, with(kDatagram, 26, hex("0000"))).l4_checksum, Checksum::none);
  EXPECT_EQ(moved(relocation, with(kDatagram, 26, hex("dead"))).l4_checksum, Checksum::bad);
  EXPECT_EQ(moved(relocation, with(kDatagram, 10, hex("dead"))).error, WireError::ipv4_checksum);
}

TEST(Relocation, WhatAnErrorQuotesMovesWithIt) {
  Relocation relocation(2);
  const Packet about = moved(relocation, kDatagram);
  Octets bytes;
  const Packet error = moved(
      relocation, ipv4({.source = kB, .destination = kA, .protocol = 1}, icmp(3, 3, 0, kDatagram)),
      &bytes);
  EXPECT_EQ(error.l4_checksum, Checksum::good);
  EXPECT_EQ(error.quote.headers.source, about.headers.source);
  EXPECT_EQ(error.quote.headers.destination, about.headers.destination);
  EXPECT_EQ(error.quote.ip_checksum, Checksum::good);
  const Octets quoted(bytes.begin() + 28, bytes.end());
  EXPECT_EQ(read_ip(quoted).l4_checksum, Checksum::good);
  // Of a short quote what is there.
  const Octets shorter = ipv4(1, icmp(11, 0, 0, first(kDatagram, 25)));
  EXPECT_EQ(moved(relocation, shorter).l4_checksum, Checksum::good);
  EXPECT_EQ(moved(relocation, ipv4(1, icmp(11, 0, 0, first(kDatagram, 14)))).l4_checksum,
            Checksum::good);
}

TEST(Relocation, GroupsAndNobody) {
  Relocation relocation(0);
  const auto to = [&](std::uint32_t from, std::uint32_t address) {
    return moved(relocation, ipv4({.source = Address::ipv4(from),
                                   .destination = Address::ipv4(address),
                                   .protocol = 253},
                                  Octets(4)))
        .headers;
  };
  EXPECT_EQ(to(0x01010101, 0xe00000fb).destination, Address::ipv4(0xe0000016));
  EXPECT_EQ(to(0, 0xffffffff).destination, Address::ipv4(0xffffffff));
  EXPECT_EQ(to(0, 0xffffffff).source, Address{});
}

TEST(Relocation, WhatCannotBeReadStays) {
  Relocation relocation(0);
  for (const Octets& bytes : {hex("45"), hex("6000 0000"), Octets(20)}) {
    Octets out;
    moved(relocation, bytes, &out);
    EXPECT_EQ(out, bytes);
  }
}

TEST(CaptureTraffic, TakesWholeIpPacketsAlone) {
  CaptureTraffic traffic;
  traffic.begin_capture();
  const Octets arp = hex("ffffffffffff 020000000001 0806 0001");
  const Octets frame = hex("020000000002 020000000001 0800") + kDatagram;
  const auto add = [&](const Octets& bytes, std::size_t length) {
    traffic.add({.bytes = bytes, .original_length = length});
  };
  add(frame, frame.size());
  add(arp, arp.size());
  add(first(frame, 40), frame.size());
  ASSERT_EQ(traffic.packets().size(), 1u);
  EXPECT_EQ(traffic.packets()[0].bytes.size(), kDatagram.size());
  EXPECT_EQ(traffic.packets()[0].family, Family::ipv4);
  EXPECT_EQ(traffic.without_ip(), 1u);
  EXPECT_EQ(traffic.cut(), 1u);
  // The next capture begins with another host.
  traffic.begin_capture();
  add(frame, frame.size());
  EXPECT_NE(read_ip(traffic.packets()[1].bytes).headers.source,
            read_ip(traffic.packets()[0].bytes).headers.source);
}

}  // namespace
}  // namespace statewall
