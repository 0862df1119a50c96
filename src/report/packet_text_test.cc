#include "report/packet_text.h"

#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;

constexpr std::uint32_t kId = 33029U << 16;

std::string text(const Octets& packet) { return packet_text(read(packet)); }

/// A datagram of 192.168.1.6 to port 53 of 10.0.0.10, as an error quotes it.
Octets quoted() { return ipv4(protocol::udp, udp(1025, 53, Octets(4))); }

std::string error(std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0) {
  return text(ipv4(protocol::icmp, icmp(type, code, rest, quoted())));
}

TEST(PacketText, IcmpQueriesAndReplies) {
  const std::string ends = "IP 192.168.1.6 > 10.0.0.10: ICMP ";
  const auto line = [](std::uint8_t type) {
    return text(ipv4(protocol::icmp, icmp(type, 0, kId | 1, Octets(56))));
  };
  EXPECT_EQ(line(8), ends + "echo request, id 33029, seq 1, length 64");
  EXPECT_EQ(line(0), ends + "echo reply, id 33029, seq 1, length 64");
  EXPECT_EQ(line(13), ends + "timestamp query, id 33029, seq 1, length 64");
  EXPECT_EQ(line(14), ends + "timestamp reply, id 33029, seq 1, length 64");
  EXPECT_EQ(line(15), ends + "information request, id 33029, seq 1, length 64");
  EXPECT_EQ(line(16), ends + "information reply, id 33029, seq 1, length 64");
  EXPECT_EQ(line(17), ends + "address mask request, id 33029, seq 1, length 64");
  EXPECT_EQ(line(18), ends + "address mask reply, id 33029, seq 1, length 64");
}

TEST(PacketText, IcmpErrorsTellWhatTheyAreAbout) {
  const std::string ends = "IP 192.168.1.6 > 10.0.0.10: ICMP ";
  EXPECT_EQ(error(3, 0), ends + "net 10.0.0.10 unreachable, length 40");
  EXPECT_EQ(error(3, 1), ends + "host 10.0.0.10 unreachable, length 40");
  EXPECT_EQ(error(3, 2), ends + "10.0.0.10 protocol udp unreachable, length 40");
  EXPECT_EQ(error(3, 3), ends + "10.0.0.10 udp port 53 unreachable, length 40");
  EXPECT_EQ(error(3, 4, 1400), ends + "10.0.0.10 unreachable - need to frag (mtu 1400), length 40");
  EXPECT_EQ(error(3, 13), ends + "host 10.0.0.10 unreachable - admin prohibited filter, length 40");
  EXPECT_EQ(error(3, 200), ends + "10.0.0.10 unreachable, code 200, length 40");
  EXPECT_EQ(error(4, 0), ends + "source quench, length 40");
  EXPECT_EQ(error(5, 1, 0x0a000001), ends + "redirect 10.0.0.10 to host 10.0.0.1, length 40");
  EXPECT_EQ(error(11, 0), ends + "time exceeded in-transit, length 40");
  EXPECT_EQ(error(11, 1), ends + "ip reassembly time exceeded, length 40");
  EXPECT_EQ(error(12, 0, 9U << 24), ends + "parameter problem - octet 9, length 40");
}

TEST(PacketText, EveryIcmpTypeAndCodeHasWords) {
  for (int type = 0; type < 256; ++type) {
    for (const int code : {0, 1, 2, 3, 4, 5, 9, 13, 15, 16, 255}) {
      const std::string line =
          error(static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code));
      EXPECT_TRUE(line.ends_with(", length 40")) << line;
      EXPECT_EQ(line.find_first_of("{}?"), std::string::npos) << line;
    }
  }
}

TEST(PacketText, IcmpTypesWithoutWordsOfTheirOwn) {
  EXPECT_EQ(text(ipv4(protocol::icmp, icmp(40, 2, 0))),
            "IP 192.168.1.6 > 10.0.0.10: ICMP type 40 code 2 (Photuris), length 8");
  EXPECT_EQ(text(ipv4(protocol::icmp, icmp(200, 0, 0))),
            "IP 192.168.1.6 > 10.0.0.10: ICMP type 200, length 8");
}

TEST(PacketText, AnErrorThatQuotesTooLittle) {
  EXPECT_EQ(text(ipv4(protocol::icmp, icmp(3, 1, 0, Octets(10)))),
            "IP 192.168.1.6 > 10.0.0.10: ICMP host ? unreachable, length 18 [quote-short]");
}

TEST(PacketText, Tcp) {
  const auto line = [](const TcpFields& fields, const Octets& payload = {}) {
    return text(ipv4(protocol::tcp, tcp(fields, payload)));
  };
  TcpFields fields{.source_port = 1031, .destination_port = 23, .sequence = 7, .window = 512};
  const std::string ends = "IP 192.168.1.6.1031 > 10.0.0.10.23: ";
  fields.flags = tcp_flag::syn;
  EXPECT_EQ(line(fields), ends + "Flags [S], seq 7, win 512, length 0");
  fields.flags = tcp_flag::syn | tcp_flag::ack;
  fields.acknowledgement = 9;
  EXPECT_EQ(line(fields), ends + "Flags [S.], seq 7, ack 9, win 512, length 0");
  fields.flags = tcp_flag::ack;
  EXPECT_EQ(line(fields), ends + "Flags [.], ack 9, win 512, length 0");
  fields.flags = tcp_flag::psh | tcp_flag::ack;
  EXPECT_EQ(line(fields, Octets(10)), ends + "Flags [P.], seq 7:17, ack 9, win 512, length 10");
  fields.flags = 0xff;
  EXPECT_EQ(line(fields), ends + "Flags [FSRP.UEW], seq 7, ack 9, win 512, length 0");
  fields.flags = 0;
  EXPECT_EQ(line(fields), ends + "Flags [none], win 512, length 0");
}

TEST(PacketText, UdpAndTheRest) {
  EXPECT_EQ(text(quoted()), "IP 192.168.1.6.1025 > 10.0.0.10.53: UDP, length 4");
  EXPECT_EQ(text(ipv4(47, Octets(12))), "IP 192.168.1.6 > 10.0.0.10: gre, length 12");
  EXPECT_EQ(text(ipv4(253, Octets(12))), "IP 192.168.1.6 > 10.0.0.10: ip-proto-253, length 12");
  EXPECT_EQ(text(ipv4(253, {})), "IP 192.168.1.6 > 10.0.0.10: ip-proto-253, length 0");
}

TEST(PacketText, Fragments) {
  Ipv4Fields fields{.source = kA, .destination = kB, .protocol = protocol::udp};
  fields.more_fragments = true;
  EXPECT_EQ(text(ipv4(fields, udp(1025, 53, Octets(16)))),
            "IP 192.168.1.6.1025 > 10.0.0.10.53: UDP, length 16, frag (0+)");
  EXPECT_EQ(text(ipv4(fields, Octets(4))), "IP 192.168.1.6 > 10.0.0.10: udp, frag (0+)");
  fields.fragment_offset = 1480;
  EXPECT_EQ(text(ipv4(fields, Octets(16))), "IP 192.168.1.6 > 10.0.0.10: udp, frag (1480+)");
  fields.more_fragments = false;
  EXPECT_EQ(text(ipv4(fields, Octets(16))), "IP 192.168.1.6 > 10.0.0.10: udp, frag (1480)");
}

TEST(PacketText, Ipv6) {
  const std::string ends = "IP6 2001:db8::1 > 2001:db8::2: ";
  EXPECT_EQ(text(ipv6(protocol::icmpv6, icmp(128, 0, kId | 1))),
            ends + "ICMP6, echo request, id 33029, seq 1, length 8");
  EXPECT_EQ(text(ipv6(protocol::icmpv6, icmp(2, 0, 1280, ipv6(17, udp(1, 2))))),
            ends + "ICMP6, packet too big, mtu 1280, length 56");
  EXPECT_EQ(text(ipv6(protocol::icmpv6, icmp(1, 4, 0, ipv6(17, udp(1, 53))))),
            ends +
                "ICMP6, destination unreachable, unreachable port, 2001:db8::2 udp port 53, "
                "length 56");
  EXPECT_EQ(text(ipv6(protocol::icmpv6, icmp(200, 3, 0))),
            ends + "ICMP6, type 200 code 3, length 8");
  EXPECT_EQ(text(ipv6(protocol::icmp, Octets(8))), ends + "icmp, length 8");
}

TEST(PacketText, OtherThanIp) {
  const Octets ends(12);
  const auto frame = [&](std::string_view rest) {
    return packet_text(read(ends + hex(rest), LinkType::ethernet));
  };
  EXPECT_EQ(frame("0806 0001"), "ARP");
  EXPECT_EQ(frame("88cc 0001"), "LLDP");
  EXPECT_EQ(frame("1234 0001"), "ethertype 0x1234");
  EXPECT_EQ(packet_text(read(hex("0011"), LinkType::ethernet)), "frame [link-short]");
  EXPECT_EQ(packet_text(read(hex("0011"), static_cast<LinkType>(147))), "frame [link-unsupported]");
}

TEST(PacketText, WhatIsBrokenTellsWhere) {
  const Octets whole = quoted();
  EXPECT_EQ(text(first(whole, 12)), "IP [ipv4-short]");
  EXPECT_EQ(text(first(whole, 30)), "IP 192.168.1.6 > 10.0.0.10: udp [ipv4-truncated]");
  EXPECT_EQ(text(ipv4(protocol::tcp, Octets(12))), "IP 192.168.1.6 > 10.0.0.10: tcp [tcp-short]");
}

}  // namespace
}  // namespace statewall
