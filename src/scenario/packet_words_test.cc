#include "scenario/packet_words.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/hex.h"
#include "scenario/testing.h"
#include "statewall/packet.h"
#include "wire/bytes.h"

// Packets of every kind, read from words, made, and read back as a host reads them.

namespace statewall {
namespace {

using testing::error_of;
using testing::last_packet;

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40;

std::string hex_from(const PacketBytes& packet, std::size_t at) {
  return hex_text(std::span(packet).subspan(std::min(at, packet.size())));
}

// What follows the IP header of this packet of IPv4, or IPv6.
std::string behind_ip(std::string_view words) {
  const PacketBytes packet = last_packet("0 1.2.3.4 > 5.6.7.8 " + std::string(words));
  return hex_from(packet, kIpv4Header);
}
std::string behind_ip6(std::string_view words) {
  const PacketBytes packet = last_packet("0 fd00::1 > fd00::2 " + std::string(words));
  return hex_from(packet, kIpv6Header);
}

TEST(PacketWords, SetWhatStandsInTheIpHeader) {
  Bytes header;
  PacketBytes packet = last_packet("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 tos 0x10 ip-options 94040000");
  header = Bytes(packet);
  EXPECT_EQ(header.u8(0), 0x46);
  EXPECT_EQ(header.u8(1), 0x10);
  EXPECT_EQ(header.u32(20), 0x94040000u);
  EXPECT_EQ(read_ip(packet).error, WireError::none);
  packet = last_packet("0 fd00::1 > fd00::2 udp 1 > 2 tos 184 flow 0x12345");
  EXPECT_EQ(Bytes(packet).u32(0), 0x6b812345u);
}

TEST(PacketWords, KnowTheClassesOfDscp) {
  const auto tos = [](std::string_view dscp) {
    return last_packet("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 dscp " + std::string(dscp)).at(1);
  };
  EXPECT_EQ(tos("0"), 0);
  EXPECT_EQ(tos("63"), 63 << 2);
  EXPECT_EQ(tos("0x2e"), 46 << 2);
  EXPECT_EQ(tos("ef"), 46 << 2);
  EXPECT_EQ(tos("cs1"), 8 << 2);
  EXPECT_EQ(tos("cs7"), 56 << 2);
  EXPECT_EQ(tos("af11"), 10 << 2);
  EXPECT_EQ(tos("af43"), 38 << 2);
}

TEST(PacketWords, SayWhatAPacketCarries) {
  EXPECT_EQ(behind_ip("proto 253 payload \"Hi (#1)\""), "48692028233129");
  EXPECT_EQ(behind_ip("proto 253 payload 0x00FF"), "00ff");
  EXPECT_EQ(behind_ip("proto 253 payload 0102"), "0102");
  EXPECT_EQ(behind_ip("udp 1 > 2 payload \"\"").size(), 16u);
}

TEST(PacketWords, WriteTcpOptions) {
  const auto options = [](std::string_view words) {
    return behind_ip("tcp 1 > 2 syn " + std::string(words)).substr(40);
  };
  EXPECT_EQ(options("tsval 5 tsecr 7"), "0101080a0000000500000007");
  EXPECT_EQ(options("tsecr 7"), "0101080a0000000000000007");
  EXPECT_EQ(options("tcp-options 22040102"), "22040102");
  EXPECT_EQ(behind_ip("tcp 1 > 2 urg urgent 9").substr(36, 4), "0009");
}

TEST(PacketWords, WriteEspAndIgmp) {
  EXPECT_EQ(behind_ip("esp spi 500 seq 2 length 2"), "000001f4000000020000");
  EXPECT_EQ(behind_ip("igmp report group 224.0.0.251"), "16000904e00000fb");
  EXPECT_EQ(behind_ip("igmp query code 100").substr(0, 4), "1164");
  EXPECT_EQ(behind_ip("igmp leave").substr(0, 4), "1700");
  EXPECT_EQ(behind_ip("igmp 0x22").substr(0, 2), "22");
}

TEST(PacketWords, WriteIcmpFieldsByTheirNames) {
  EXPECT_EQ(behind_ip("icmp parameter-problem pointer 20").substr(8), "14000000");
  EXPECT_EQ(behind_ip6("icmp6 parameter-problem pointer 40").substr(8), "00000028");
  EXPECT_EQ(behind_ip6("icmp6 neighbor-solicitation target fd00::2").substr(16),
            "fd000000000000000000000000000002");
}

TEST(PacketWords, PutHeadersBeforeTheTransport) {
  // Next header, length, options filled up with PadN.
  EXPECT_EQ(behind_ip6("hop-by-hop proto 253"), "fd00010400000000");
  EXPECT_EQ(behind_ip6("hop-by-hop 5:2 proto 253"), "fd00050200000100");
  EXPECT_EQ(behind_ip6("destination 0,0,194:4 proto 253"), "fd010000c20400000000010400000000");
  EXPECT_EQ(behind_ip6("routing type 2 left 1 via fd00::9 proto 253"),
            "fd02020100000000fd000000000000000000000000000009");
  EXPECT_EQ(behind_ip6("routing left 1 proto 253"), "fd00000100000000");
  EXPECT_EQ(behind_ip("ah spi 500 seq 3 proto 253"), "fd010000000001f400000003");
  // In their order.
  const PacketBytes packet =
      last_packet("0 fd00::1 > fd00::2 hop-by-hop destination routing ah spi 1 tcp 5 > 6 syn");
  EXPECT_EQ(packet[6], 0);
  EXPECT_EQ(packet[40], 60);
  EXPECT_EQ(packet[48], 43);
  EXPECT_EQ(packet[56], 51);
  EXPECT_EQ(packet[64], 6);
  const Packet read = read_ip(packet);
  EXPECT_EQ(read.error, WireError::none);
  EXPECT_EQ(read.headers.destination_port, 6);
  EXPECT_EQ(read.l4_checksum, Checksum::good);
}

TEST(PacketWords, QuotePacketsThatWereNotSent) {
  const PacketBytes quoted = last_packet("0 5.6.7.8 > 1.2.3.4 udp 7 > 9 length 40 ttl 1");
  EXPECT_EQ(behind_ip("icmp port-unreachable quoting (5.6.7.8 > 1.2.3.4 udp 7 > 9 length 40 "
                      "ttl 1)")
                .substr(16),
            hex_from(quoted, 0));
  EXPECT_EQ(behind_ip("icmp 3/3 quoting ( 5.6.7.8 > 1.2.3.4 udp 7 > 9 length 40 ttl 1 ) cut 8")
                .substr(16),
            hex_from(quoted, 0).substr(0, 56));
  // An error about an error, and about a fragment.
  const Packet packet = read_ip(last_packet(
      "0 1.2.3.4 > 5.6.7.8 icmp 3/3 quoting (5.6.7.8 > 1.2.3.4 icmp 3/3 quoting (1.2.3.4 > "
      "5.6.7.8 udp 1 > 2))"));
  EXPECT_EQ(packet.quote.headers.icmp_type, 3);
  EXPECT_EQ(read_ip(last_packet("0 1.2.3.4 > 5.6.7.8 icmp 11/1 quoting (5.6.7.8 > 1.2.3.4 udp 1 > "
                                "2 length 40 fragment 16-)"))
                .quote.headers.fragment_offset,
            16);
}

TEST(PacketWords, ASenderOnTheLinkHasAnAddress) {
  const ParsedScenario parsed =
      testing::parse_lines("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 mac 02:00:5E:00:00:ff");
  ASSERT_TRUE(parsed.errors.empty()) << parsed.errors[0].text();
  const auto& packet = std::get<PacketStep>(parsed.scenario.steps[0].what).packet;
  ASSERT_TRUE(packet.mac);
  EXPECT_EQ(hex_text(*packet.mac), "02005e0000ff");
}

TEST(PacketWords, AFragmentIsPartOfWhatTheWordsMake) {
  const PacketBytes whole = last_packet("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 length 40");
  const PacketBytes part =
      last_packet("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 length 40 ip-id 7 fragment 16-32");
  EXPECT_EQ(hex_from(part, kIpv4Header), hex_from(whole, kIpv4Header).substr(32, 32));
  const Packet read = read_ip(part);
  EXPECT_EQ(read.error, WireError::none);
  EXPECT_EQ(read.headers.fragment_offset, 16);
  EXPECT_TRUE(read.headers.more_fragments);
}

struct Bad {
  std::string_view words;
  std::string_view error;
};

TEST(PacketWords, TellWhatIsWrong) {
  constexpr Bad kBad[] = {
      {"1.2.3.4 > 5.6.7.8 hop-by-hop udp 1 > 2", "x:2:21: 'hop-by-hop' goes with IPv6 only"},
      {"fd00::1 > fd00::2 hop-by-hop 5: udp 1 > 2",
       "x:2:32: expected options, like 5:2 or 5:2,194:4, not '5:'"},
      {"fd00::1 > fd00::2 routing via 1.2.3.4 udp 1 > 2",
       "x:2:33: expected addresses of IPv6 joined by commas, not '1.2.3.4'"},
      {"1.2.3.4 > 5.6.7.8 ah spi x udp 1 > 2",
       "x:2:28: expected a number (0 to 4294967295), not 'x'"},
      {"1.2.3.4 > 5.6.7.8 ah", "x:2:23: expected a protocol, not the end of the line"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 flow 5", "x:2:31: 'flow' does not go with IPv4"},
      {"fd00::1 > fd00::2 udp 1 > 2 df", "x:2:31: 'df' does not go with IPv6"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 dscp af14",
       "x:2:36: expected a number (0 to 63) or a class like ef, af11 or cs1, not 'af14'"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 tos 1 dscp ef",
       "x:2:37: 'dscp' sets what a word before it has set"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 payload xy",
       "x:2:39: expected text in quotation marks, or bytes in hexadecimal, not 'xy'"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 length 5 payload \"a\"",
       "x:2:40: 'payload' sets what a word before it has set"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 mac 02:00:00:00:00",
       "x:2:35: expected a link address like 02:00:00:00:00:01, not '02:00:00:00:00'"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 mac 02:00:00:00:00-01",
       "x:2:35: expected a link address like 02:00:00:00:00:01, not '02:00:00:00:00-01'"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 ip-options 0102030405060708090a0b0c0d0e0f1011121314151617181"
       "91a1b1c1d1e1f202122232425262728292a",
       "x:2:42: expected up to 40 bytes, two hexadecimal digits each, not "
       "'0102030405060708090a0b0c0d0e0f1011121314...'"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 fragment 5-9",
       "x:2:40: a fragment begins at a multiple of 8 bytes"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 fragment 16-16",
       "x:2:40: expected part of a packet, like 0-1480 or 1480-, not '16-16'"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 fragments 7", "x:2:31: a fragment has 8 bytes at least"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 fragments 8 fragment 0-8",
       "x:2:43: 'fragment' sets what a word before it has set"},
      {"fd00::1 > fd00::2 icmp6 135 target 1.2.3.4",
       "x:2:38: expected an IPv6 address, not '1.2.3.4'"},
      {"1.2.3.4 > 5.6.7.8 icmp 3 quoting (5.6.7.8 > 1.2.3.4 udp 1 > 2",
       "x:2:64: expected ')', not the end of the line"},
      {"1.2.3.4 > 5.6.7.8 icmp 3 quoting (5.6.7.8 > 1.2.3.4 udp 1 > 2 drop)",
       "x:2:65: expected ')', not 'drop'"},
      {"1.2.3.4 > 5.6.7.8 udp 1 > 2 )", "x:2:31: expected '=>', not ')'"},
      {"1.2.3.4 > 5.6.7.8 icmp 3 quoting (1.2.3.4 > 5.6.7.8 icmp 3 quoting (1.2.3.4 > 5.6.7.8 "
       "icmp 3 quoting (1.2.3.4 > 5.6.7.8 icmp 3 quoting (1.2.3.4 > 5.6.7.8 icmp 3 quoting (",
       "x:2:172: quotes within quotes go no deeper"},
      {"1.2.3.4 > 5.6.7.8 igmp repotr",
       "x:2:26: unknown IGMP type 'repotr'; did you mean 'report'?"},
      {"from dump.pcap", "x:2:17: expected 'frame', not the end of the line"},
      {"from dump.pcap frame 0",
       "x:2:24: expected the number of a frame (1 to 4294967295), not '0'"},
      {"from dump.pcap frame 1", "x:2:8: no file is read here"},
  };
  for (const Bad& bad : kBad) EXPECT_EQ(error_of("0 " + std::string(bad.words)), bad.error);
}

}  // namespace
}  // namespace statewall
