#include "scenario/packet_maker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenario/parser.h"
#include "statewall/packet.h"

// Packets are made from words and read back.

namespace statewall {
namespace {

std::vector<PacketBytes> make(std::string_view lines) {
  const ParsedScenario parsed = parse_scenario("statewall-scenario 1\n" + std::string(lines), "x");
  EXPECT_TRUE(parsed.errors.empty()) << parsed.errors[0].text();
  std::vector<PacketBytes> sent;
  for (const Step& step : parsed.scenario.steps) {
    sent.push_back(make_packet(std::get<PacketStep>(step.what).packet, sent));
  }
  return sent;
}

// The last packet, read as a host reads it that verifies all.
Packet read_last(std::string_view lines) { return read_ip(make(lines).back()); }

TEST(PacketMaker, MakesIcmpQueries) {
  const Packet p = read_last("0 1.2.3.4 > 5.6.7.8 icmp 8/5 id 33029 seq 7 ttl 3");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.ip_checksum, Checksum::good);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_EQ(p.headers.source, Address::ipv4(0x01020304));
  EXPECT_EQ(p.headers.destination, Address::ipv4(0x05060708));
  EXPECT_EQ(p.headers.ttl, 3);
  EXPECT_EQ(p.headers.protocol, protocol::icmp);
  EXPECT_EQ(p.headers.icmp_type, 8);
  EXPECT_EQ(p.headers.icmp_code, 5);
  EXPECT_EQ(p.headers.icmp_id, 33029);
  EXPECT_EQ(p.headers.icmp_sequence, 7);
}

TEST(PacketMaker, KnowsTheUsualLengths) {
  const auto length = [](std::string_view words) {
    return read_last("0 1.2.3.4 > 5.6.7.8 " + std::string(words)).l4_length;
  };
  EXPECT_EQ(length("icmp echo-request"), 64u);
  EXPECT_EQ(length("icmp echo-reply"), 64u);
  EXPECT_EQ(length("icmp timestamp-request"), 20u);
  EXPECT_EQ(length("icmp address-mask-reply"), 12u);
  EXPECT_EQ(length("icmp information-request"), 8u);
  EXPECT_EQ(length("icmp router-solicitation"), 8u);
  EXPECT_EQ(length("icmp echo-request length 5"), 13u);
  EXPECT_EQ(length("tcp 1 > 2 syn"), 20u);
  EXPECT_EQ(length("tcp 1 > 2 ack length 65495"), 65515u);
  EXPECT_EQ(length("udp 1 > 2 length 3"), 11u);
  EXPECT_EQ(length("proto 47"), 0u);
  EXPECT_EQ(length("proto 47 length 9"), 9u);
}

TEST(PacketMaker, MakesTcp) {
  const Packet p =
      read_last("0 1.2.3.4 > 5.6.7.8 tcp 1031 > 80 syn,ack seq 4294967295 ack 77 length 10");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_EQ(p.headers.source_port, 1031);
  EXPECT_EQ(p.headers.destination_port, 80);
  EXPECT_EQ(p.tcp.flags, tcp_flag::syn | tcp_flag::ack);
  EXPECT_EQ(p.tcp.sequence, 4294967295u);
  EXPECT_EQ(p.tcp.acknowledgement, 77u);
  EXPECT_EQ(p.tcp.payload_length, 10u);
}

TEST(PacketMaker, MakesUdpAndOthers) {
  Packet p = read_last("0 1.2.3.4 > 5.6.7.8 udp 1025 > 53 length 30");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_EQ(p.headers.source_port, 1025);
  EXPECT_EQ(p.headers.destination_port, 53);

  p = read_last("0 1.2.3.4 > 5.6.7.8 proto 47 length 20");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.protocol, 47);
  EXPECT_EQ(read_last("0 1.2.3.4 > 5.6.7.8 proto 6 length 19").error, WireError::tcp_short);
}

TEST(PacketMaker, MakesPacketsOfBytes) {
  const std::vector<PacketBytes> sent = make(
      "0 bytes 45000014 \"00 00 00 00 40fd\" 72e2 01020304 05060708 => state NEW\n"
      "0 bytes 00 drop\n"
      "0 9.9.9.9 > 1.2.3.4 icmp port-unreachable quoting #1\n");
  EXPECT_EQ(sent[0].size(), 20u);
  EXPECT_EQ(sent[0][9], 0xfd);
  EXPECT_EQ(sent[1], PacketBytes{0});
  EXPECT_EQ(PacketBytes(sent[2].begin() + 28, sent[2].end()), sent[0]);
}

TEST(PacketMaker, MakesIpv6) {
  Packet p = read_last("0 fd00:1::2 > ::1 icmp6 echo-request id 5 seq 6 ttl 9");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_EQ(p.headers.family, Family::ipv6);
  EXPECT_EQ(p.headers.icmp_type, 128);
  EXPECT_EQ(p.headers.icmp_id, 5);
  EXPECT_EQ(p.headers.ttl, 9);
  EXPECT_EQ(p.l4_length, 64u);
  p = read_last("0 fd00:1::2 > fd00:2::2 tcp 1 > 2 syn win 7 mss 1440 sack-ok wscale 9");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_EQ(p.tcp.window, 7);
  EXPECT_EQ(p.tcp.window_scale, 9);
  EXPECT_TRUE(p.tcp.sack_permitted);
  p = read_last(
      "0 fd00:1::2 > fd00:2::2 udp 1 > 2 length 2000\n"
      "0 fd00:3::3 > fd00:1::2 icmp6 packet-too-big mtu 1400 quoting #1");
  EXPECT_EQ(p.headers.icmp_type, 2);
  EXPECT_EQ(p.headers.icmp_sequence, 1400);
  EXPECT_EQ(p.ip_length, 1280u);
  EXPECT_EQ(p.quote.headers.destination_port, 2);
  EXPECT_EQ(read_last("0 1.2.3.4 > 5.6.7.8 icmp6 no-route").headers.protocol, 58);
}

TEST(PacketMaker, MakesTcpWithSack) {
  const Packet p = read_last("0 1.2.3.4 > 5.6.7.8 tcp 1 > 2 ack sack 10-20,30-4000 ip-id 77 df");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_TRUE(p.tcp.has_sack);
  EXPECT_EQ(p.tcp.sack_right, 4000u);
  EXPECT_EQ(p.ip_checksum, Checksum::good);
}

TEST(PacketMaker, MakesUdpLiteSctpAndGre) {
  const auto body = [](std::string_view words) {
    const PacketBytes packet = make("0 1.2.3.4 > 5.6.7.8 " + std::string(words)).back();
    EXPECT_EQ(read_ip(packet).error, WireError::none);
    return PacketBytes(packet.begin() + 20, packet.end());
  };
  EXPECT_EQ(body("udplite 1 > 2 coverage 8 length 4").size(), 12u);
  EXPECT_EQ(body("udplite 1 > 2 coverage 8 length 4")[5], 8);
  const PacketBytes sctp = body("sctp 1 > 2 cookie-echo,data vtag 5");
  EXPECT_EQ(sctp[7], 5);
  EXPECT_EQ(sctp[12], 10);
  EXPECT_EQ(sctp[24], 0);
  EXPECT_EQ(sctp[25], 3);
  EXPECT_NE(body("sctp 1 > 2 init itag 3"), body("sctp 1 > 2 init itag 3 bad-checksum"));
  EXPECT_EQ(body("gre version 1 carries 34827 key 65538 seq 1"),
            (PacketBytes{0x30, 1, 0x88, 0x0b, 0, 1, 0, 2, 0, 0, 0, 1}));
}

TEST(PacketMaker, SpoilsChecksums) {
  for (const std::string words : {"icmp ping", "udp 1 > 2", "tcp 1 > 2 syn"}) {
    const Packet p = read_last("0 1.2.3.4 > 5.6.7.8 " + words + " bad-checksum");
    EXPECT_EQ(p.error, WireError::none) << words;
    EXPECT_EQ(p.l4_checksum, Checksum::bad) << words;
  }
}

// A UDP checksum must not become 0, which means that there is none: try every checksum there is.
TEST(PacketMaker, SpoilsEveryUdpChecksum) {
  PacketSpec packet;
  packet.protocol = protocol::udp;
  packet.bad_checksum = true;
  for (std::uint32_t port = 0; port <= 0xffff; ++port) {
    packet.source_port = static_cast<std::uint16_t>(port);
    ASSERT_EQ(read_ip(make_packet(packet, {})).l4_checksum, Checksum::bad) << port;
  }
}

TEST(PacketMaker, QuotesWholePackets) {
  const std::vector<PacketBytes> sent = make(
      "0 1.2.3.4 > 5.6.7.8 udp 1025 > 53 length 30\n"
      "0 9.9.9.9 > 1.2.3.4 icmp port-unreachable quoting #1\n");
  const PacketBytes quote(sent[1].begin() + 28, sent[1].end());
  EXPECT_EQ(quote, sent[0]);
  const Packet p = read_ip(sent[1]);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  ASSERT_TRUE(p.has_quote);
  EXPECT_EQ(p.quote.headers.source, Address::ipv4(0x01020304));
  EXPECT_EQ(p.quote.headers.source_port, 1025);
  EXPECT_EQ(p.quote.l4_length, 38u);
}

TEST(PacketMaker, CutsQuotes) {
  const auto quoted = [](std::string_view cut) {
    return read_last(
        "0 1.2.3.4 > 5.6.7.8 udp 1025 > 53 length 1400\n"
        "0 9.9.9.9 > 1.2.3.4 icmp 3/3 quoting #1" +
        std::string(cut));
  };
  EXPECT_EQ(quoted(" cut 8").quote.l4_length, 8u);
  EXPECT_EQ(quoted(" cut 7").quote.l4_length, 7u);
  EXPECT_EQ(quoted(" cut 0").quote.l4_length, 0u);
  // RFC 1812: no error is longer than 576 bytes.
  EXPECT_EQ(quoted("").ip_length, 576u);
  EXPECT_EQ(quoted(" cut 528").ip_length, 576u);
}

TEST(PacketMaker, WritesMtuAndGateway) {
  const PacketBytes mtu = make("0 1.2.3.4 > 5.6.7.8 icmp 3/4 mtu 1400").back();
  EXPECT_EQ(PacketBytes(mtu.begin() + 24, mtu.end()), (PacketBytes{0, 0, 0x05, 0x78}));
  const PacketBytes gateway = make("0 1.2.3.4 > 5.6.7.8 icmp 5/1 gateway 10.0.0.2").back();
  EXPECT_EQ(PacketBytes(gateway.begin() + 24, gateway.end()), (PacketBytes{10, 0, 0, 2}));
}

}  // namespace
}  // namespace statewall
