#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "wire/checksum.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::icmp;
using testing::ipv4;
using testing::ipv6;
using testing::Octets;
using testing::read;
using testing::tcp;
using testing::udp;
using enum ChecksumMode;

struct Kind {
  const char* what;
  LinkType link;
  Octets frame;
};

std::vector<Kind> kinds() {
  const Octets ethernet = hex("020000000001 020000000002");
  const Octets syn = ipv4(protocol::tcp, tcp({.source_port = 4000,
                                              .destination_port = 80,
                                              .flags = tcp_flag::syn,
                                              .options = hex("0204 05b4 0402 0303 07")},
                                             hex("6162")));
  const Octets datagram = ipv4(protocol::udp, udp(1000, 53, hex("616263")));
  const Octets chain =
      hex("2b00 010400000000 2c02 0000 00000000 20010db8000000000000000000000009"
          "1100 0000 12345678 03e8 07d0 0008 98b1");
  Octets sctp(16);
  sctp.resize(build_sctp(sctp, 1000, 2000, 3, hex("0e000004")));
  return {
      {"echo", LinkType::ethernet,
       ethernet + hex("0800") + ipv4(protocol::icmp, icmp(8, 0, 0x10001, Octets(56)))},
      {"tagged TCP", LinkType::ethernet, ethernet + hex("88a8 0001 8100 0002 0800") + syn},
      {"UDP", LinkType::raw, datagram},
      {"ICMP error", LinkType::loop, hex("00000002") + ipv4(protocol::icmp, icmp(3, 1, 0, syn))},
      {"IPv6 chain", LinkType::linux_cooked_v2,
       hex("86dd 0000 00000003 0001 00 06 0200000000010000") + ipv6(0, chain)},
      {"ICMPv6 error", LinkType::null,
       hex("1e000000") + ipv6(protocol::icmpv6, hex("0100 0000 00000000") + ipv6(0, chain))},
      {"fragment", LinkType::linux_cooked,
       hex("0000 0001 0006 0200000000010000 0800") +
           ipv4({.protocol = protocol::udp, .more_fragments = true}, hex("01020304"))},
      {"SCTP", LinkType::raw, ipv4(protocol::sctp, sctp)},
      {"other protocol", LinkType::ipv4,
       ipv4({.protocol = 47, .options = hex("94040000")}, hex("0000 0800"))},
  };
}

void expect_sound(const Packet& p, std::size_t captured, std::size_t original) {
  EXPECT_LE(p.l3_offset, captured);
  EXPECT_LE(std::size_t{p.l4_offset} + p.l4_present, captured);
  EXPECT_LE(p.l4_present, p.l4_length);
  EXPECT_LE(std::size_t{p.l3_offset} + p.ip_length, original);
  if (p.cut) {
    EXPECT_GT(original, captured);
  }
}

TEST(Frame, EveryKindIsWhole) {
  for (const Kind& kind : kinds()) {
    const Packet p = read(kind.frame, kind.link, verify);
    // The rest of a fragment's transport is elsewhere.
    const WireError expected = p.headers.fragment() ? WireError::udp_short : WireError::none;
    EXPECT_EQ(p.error, expected) << kind.what << ": " << sentence(p.error);
    EXPECT_FALSE(p.cut);
    EXPECT_EQ(p.l3_offset + p.ip_length, kind.frame.size()) << kind.what;
    expect_sound(p, kind.frame.size(), kind.frame.size());
  }
}

// A frame that ends early is truncated, wherever it ends.
TEST(Frame, EveryTruncationIsAnError) {
  for (const Kind& kind : kinds()) {
    for (std::size_t size = 0; size < kind.frame.size(); ++size) {
      for (const auto mode : {automatic, verify, ignore}) {
        const Packet p = read(first(kind.frame, size), kind.link, mode);
        EXPECT_NE(p.error, WireError::none) << kind.what << ' ' << size;
        EXPECT_FALSE(p.cut);
        expect_sound(p, size, std::max<std::size_t>(size, 1));
      }
    }
  }
}

// A frame that was captured in part is cut, wherever it was cut, and what is there is read.
TEST(Frame, EveryCutIsToldApart) {
  for (const Kind& kind : kinds()) {
    const std::size_t length = kind.frame.size();
    const Packet whole = read(kind.frame, kind.link);
    for (std::size_t size = 0; size < length; ++size) {
      SCOPED_TRACE(std::string(kind.what) + ' ' + std::to_string(size));
      const Packet p = read(first(kind.frame, size), kind.link, automatic, length);
      EXPECT_TRUE(p.cut);
      expect_sound(p, size, length);
      if (p.l4_offset == 0) continue;
      EXPECT_EQ(p.ip_length, whole.ip_length);
      EXPECT_EQ(p.l4_length, whole.l4_length);
      EXPECT_EQ(p.headers.source, whole.headers.source);
      EXPECT_EQ(p.l4_present, size - p.l4_offset);
      EXPECT_NE(p.l4_checksum, Checksum::bad);
      if (p.l4_present >= 4) {
        EXPECT_EQ(p.headers.destination_port, whole.headers.destination_port);
      }
    }
  }
}

// No single wrong byte may lead a read astray or make a length of it.
TEST(Frame, EveryWrongByteIsRead) {
  for (const Kind& kind : kinds()) {
    for (std::size_t at = 0; at < kind.frame.size(); ++at) {
      for (const int change : {0x01, 0x0f, 0x80, 0xff}) {
        Octets frame = kind.frame;
        frame[at] = static_cast<std::uint8_t>(frame[at] ^ change);
        for (const auto mode : {automatic, verify, ignore}) {
          expect_sound(read(frame, kind.link, mode), frame.size(), frame.size());
        }
      }
    }
  }
}

// The plainest frames are read at one go, others layer by layer: both must say the same of the same
// packet. Without Ethernet before it a packet is never plain.
void expect_as_by_layers(const Octets& packet, std::size_t missing) {
  constexpr std::uint32_t kEthernet = 14;
  const Octets frame = hex("020000000001 020000000002 0800") + packet;
  for (const auto mode : {automatic, verify, ignore}) {
    const Packet plain = read(frame, LinkType::ethernet, mode, frame.size() + missing);
    Packet by_layers = read(packet, LinkType::ipv4, mode, packet.size() + missing);
    by_layers.l3_offset += kEthernet;
    if (by_layers.l4_offset != 0) by_layers.l4_offset += kEthernet;
    EXPECT_EQ(plain, by_layers) << "mode " << static_cast<int>(mode);
  }
}

/// The packet with checksums that fit, so that its other fields are looked at.
Octets repaired(Octets packet) {
  const auto put = [&](std::size_t at, const InternetSum& sum) {
    packet[at] = static_cast<std::uint8_t>(sum.checksum() >> 8);
    packet[at + 1] = static_cast<std::uint8_t>(sum.checksum());
  };
  packet[10] = packet[11] = 0;
  InternetSum header;
  header.add(Bytes(packet).first(20));
  put(10, header);
  const std::uint8_t number = packet[9];
  const bool udp_or_tcp = number == protocol::udp || number == protocol::tcp;
  const std::size_t at = number == protocol::tcp ? 36 : number == protocol::udp ? 26 : 22;
  const std::size_t length = std::min<std::size_t>(Bytes(packet).u16(2), packet.size());
  if (length < at + 2 || (!udp_or_tcp && number != protocol::icmp)) return packet;
  packet[at] = packet[at + 1] = 0;
  const Bytes ip = Bytes(packet).first(length);
  InternetSum sum;
  if (udp_or_tcp) {
    sum = pseudo_header(ip.ipv4(12), ip.ipv4(16), number, static_cast<std::uint32_t>(length - 20));
  }
  sum.add(ip.from(20));
  put(at, sum);
  return packet;
}

TEST(Frame, PlainOnesAreReadAsByLayers) {
  const Octets syn = tcp({.source_port = 4000, .destination_port = 80, .flags = tcp_flag::syn});
  const Octets padding(6);
  const std::pair<const char*, Octets> packets[] = {
      {"TCP", ipv4(protocol::tcp, syn)},
      {"padded UDP", ipv4(protocol::udp, udp(1000, 53, hex("616263"))) + padding},
      {"UDP and more", with(ipv4(protocol::udp, udp(1000, 53, hex("61626364"))), 25, hex("0a"))},
      {"TCP with options",
       ipv4(protocol::tcp, tcp({.source_port = 4000, .options = hex("0204 05b4 0402 0303 07")}))},
      {"echo", ipv4(protocol::icmp, icmp(8, 0, 0x10001, Octets(56)))},
      {"error", ipv4(protocol::icmp, icmp(3, 1, 0, ipv4(protocol::tcp, syn)))},
      {"no transport", ipv4(253, {})},
      {"fragment", ipv4({.protocol = protocol::udp, .more_fragments = true}, hex("01020304"))},
      {"options", ipv4({.protocol = protocol::tcp, .options = hex("94040000")}, syn)},
  };
  for (const auto& [what, packet] : packets) {
    for (std::size_t size = 0; size <= packet.size(); ++size) {
      SCOPED_TRACE(std::string(what) + " of " + std::to_string(size));
      expect_as_by_layers(first(packet, size), 0);
      expect_as_by_layers(first(packet, size), packet.size() - size + 3);
    }
    for (std::size_t at = 0; at < packet.size(); ++at) {
      for (const int change : {0x01, 0x0f, 0x40, 0x80, 0xff}) {
        SCOPED_TRACE(std::string(what) + ", byte " + std::to_string(at));
        Octets wrong = packet;
        wrong[at] = static_cast<std::uint8_t>(wrong[at] ^ change);
        expect_as_by_layers(wrong, 0);
        expect_as_by_layers(repaired(wrong), 0);
      }
    }
  }
}

// As batches do it, where another packet was before.
TEST(Frame, NothingIsLeftOfThePacketThatWasThere) {
  Packet packet;
  for (const Kind& before : kinds()) {
    for (const Kind& kind : kinds()) {
      read_frame(before.frame, before.link, before.frame.size(), automatic, packet);
      read_frame(kind.frame, kind.link, kind.frame.size(), automatic, packet);
      EXPECT_EQ(packet, read(kind.frame, kind.link)) << before.what << ", " << kind.what;
    }
  }
}

TEST(Frame, EmptyIsShort) {
  for (const int number : {0, 1, 12, 101, 108, 113, 276}) {
    const LinkType link{static_cast<std::uint16_t>(number)};
    EXPECT_EQ(read_frame({}, link, 0).error, WireError::link_short) << number;
  }
  EXPECT_EQ(read_frame({}, LinkType::ipv4, 0).error, WireError::ipv4_short);
  EXPECT_EQ(read_frame({}, LinkType::ipv6, 0).error, WireError::ipv6_short);
  EXPECT_EQ(read_ip({}).error, WireError::link_short);
}

TEST(Frame, OfAnotherProtocolTellsWhich) {
  const Packet p = read(hex("ffffffffffff 020000000002 8100 0007 0806 0001"), LinkType::ethernet);
  EXPECT_EQ(p.error, WireError::not_ip);
  EXPECT_EQ(p.ethertype, 0x0806);
  EXPECT_EQ(p.vlan, 7);
  EXPECT_EQ(p.headers.family, Family::none);
}

TEST(ReadIp, TakesEitherVersionAndVerifies) {
  EXPECT_EQ(read_ip(ipv4(253, {})).headers.family, Family::ipv4);
  EXPECT_EQ(read_ip(ipv6(253, {})).headers.family, Family::ipv6);
  EXPECT_EQ(read_ip(hex("50")).error, WireError::not_ip);
  const Octets unset = testing::with(ipv4(253, {}), 10, hex("0000"));
  EXPECT_EQ(read_ip(unset).error, WireError::ipv4_checksum);
  EXPECT_EQ(read_ip(unset, automatic).error, WireError::none);
}

}  // namespace
}  // namespace statewall
