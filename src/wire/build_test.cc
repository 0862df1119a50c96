#include "wire/build.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "wire/crc32c.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::kA;
using testing::kB;
using testing::Octets;
using testing::read;
using enum ChecksumMode;

// What is built must be right to a host that trusts nothing.
Packet read_strictly(const Octets& packet) { return read(packet, LinkType::raw, verify); }

TEST(BuildIpv4, WritesTheHeader) {
  const Octets packet = testing::ipv4({.source = kA,
                                       .destination = kB,
                                       .protocol = 253,
                                       .ttl = 63,
                                       .id = 0x1234,
                                       .dont_fragment = true},
                                      hex("01020304"));
  EXPECT_EQ(packet, hex("4500 0018 1234 4000 3f fd 5cfd c0a80106 0a00000a 01020304"));
}

TEST(BuildIpv4, ReadsBackEqual) {
  const Ipv4Fields fields{.source = kA,
                          .destination = kB,
                          .protocol = 253,
                          .ttl = 7,
                          .tos = 0xc0,
                          .id = 77,
                          .more_fragments = true,
                          .fragment_offset = 1480,
                          .options = {}};
  const Packet p = read_strictly(testing::ipv4(fields, Octets(16)));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.source, kA);
  EXPECT_EQ(p.headers.destination, kB);
  EXPECT_EQ(p.headers.protocol, 253);
  EXPECT_EQ(p.headers.ttl, 7);
  EXPECT_TRUE(p.headers.more_fragments);
  EXPECT_EQ(p.headers.fragment_offset, 1480);
  EXPECT_EQ(p.ip_checksum, Checksum::good);
}

TEST(BuildIpv4, PadsOptionsWithZeros) {
  const Octets options = hex("94040000 01");
  const Octets packet = testing::ipv4({.protocol = 253, .options = options}, hex("aa"));
  EXPECT_EQ(packet.size(), 29u);
  EXPECT_EQ(packet[0], 0x47);
  EXPECT_EQ(Octets(packet.begin() + 20, packet.end()), hex("94040000 01000000 aa"));
  EXPECT_EQ(read_strictly(packet).l4_offset, 28u);
}

TEST(BuildIcmp, ReadsBackEqual) {
  const Packet p = read_strictly(testing::ipv4(protocol::icmp, testing::icmp(13, 5, 0x12345678)));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.icmp_type, 13);
  EXPECT_EQ(p.headers.icmp_code, 5);
  EXPECT_EQ(p.headers.icmp_id, 0x1234);
  EXPECT_EQ(p.headers.icmp_sequence, 0x5678);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
}

TEST(BuildTcp, ReadsBackEqual) {
  const Octets options = hex("0402 0303 07 050a 00000001 00000009");
  const TcpFields fields{.source_port = 1,
                         .destination_port = 65535,
                         .sequence = 0xfffffff0,
                         .acknowledgement = 0x80000000,
                         .window = 512,
                         .flags = tcp_flag::syn | tcp_flag::cwr,
                         .options = options};
  const Packet p = read_strictly(testing::ipv4(protocol::tcp, testing::tcp(fields, hex("616263"))));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.source_port, 1);
  EXPECT_EQ(p.headers.destination_port, 65535);
  EXPECT_EQ(p.tcp.sequence, 0xfffffff0u);
  EXPECT_EQ(p.tcp.acknowledgement, 0x80000000u);
  EXPECT_EQ(p.tcp.window, 512);
  EXPECT_EQ(p.tcp.flags, tcp_flag::syn | tcp_flag::cwr);
  EXPECT_TRUE(p.tcp.sack_permitted);
  EXPECT_EQ(p.tcp.window_scale, 7);
  EXPECT_EQ(p.tcp.sack_right, 0x80000000u);
  EXPECT_EQ(p.tcp.payload_length, 3u);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
}

TEST(BuildUdp, ReadsBackEqual) {
  const Packet p = read_strictly(testing::ipv4(protocol::udp, testing::udp(1000, 53, hex("01"))));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.source_port, 1000);
  EXPECT_EQ(p.headers.destination_port, 53);
  EXPECT_EQ(p.l4_length, 9u);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
}

// A computed checksum of 0 is sent as 0xffff, since 0 means that there is none (RFC 768).
TEST(BuildUdp, ChecksumIsNeverZero) {
  bool turned = false;
  for (int payload = 0; payload < 0x10000; ++payload) {
    const Octets octets{static_cast<std::uint8_t>(payload >> 8),
                        static_cast<std::uint8_t>(payload)};
    std::uint8_t out[10];
    ASSERT_EQ(build_udp(out, kA, kB, 1000, 53, octets), sizeof out);
    const int checksum = out[6] << 8 | out[7];
    ASSERT_NE(checksum, 0);
    turned |= checksum == 0xffff;
  }
  EXPECT_TRUE(turned);
}

TEST(BuildIpv6, ReadsBackEqual) {
  Address a, b;
  a.bytes = {0xfd, 0, 0, 1};
  b.bytes = {0xfd, 0, 0, 2};
  Octets message(12), packet(52);
  ASSERT_EQ(build_icmpv6(message, a, b, 128, 3, 0x12345678, hex("01020304")), 12u);
  const Ipv6Fields fields{
      .source = a, .destination = b, .next_header = protocol::icmpv6, .hop_limit = 3};
  ASSERT_EQ(build_ipv6(packet, fields, message), 52u);
  const Packet p = read_strictly(packet);
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_EQ(p.headers.source, a);
  EXPECT_EQ(p.headers.destination, b);
  EXPECT_EQ(p.headers.ttl, 3);
  EXPECT_EQ(p.headers.icmp_type, 128);
  EXPECT_EQ(p.headers.icmp_code, 3);
  EXPECT_EQ(p.headers.icmp_id, 0x1234);
  EXPECT_EQ(p.headers.icmp_sequence, 0x5678);
}

TEST(BuildIpv6, WritesTrafficClassAndFlowLabel) {
  Octets packet(40);
  ASSERT_EQ(build_ipv6(packet, {.traffic_class = 0xb8, .flow_label = 0x12345}, {}), 40u);
  EXPECT_EQ(Octets(packet.begin(), packet.begin() + 8), hex("6b812345 0000 0040"));
}

TEST(BuildEsp, WritesItsTwoNumbers) {
  Octets out(9);
  EXPECT_EQ(build_esp(out, 0x01020304, 7, hex("ff")), 9u);
  EXPECT_EQ(out, hex("01020304 00000007 ff"));
}

// RFC 2236 2: the checksum goes over all of the message.
TEST(BuildIgmp, WritesTypeAndGroup) {
  Octets out(8);
  EXPECT_EQ(build_igmp(out, 0x16, 1, Address::ipv4(0xE00000FB), {}), 8u);
  EXPECT_EQ(out, hex("16 01 0903 e00000fb"));
}

// RFC 3828: the checksum goes over as many bytes as the third field says.
TEST(BuildUdpLite, CoversWhatItSays) {
  const auto checksum = [](std::uint16_t coverage, std::string_view payload) {
    Octets out(12);
    EXPECT_EQ(build_udp_lite(out, kA, kB, 1000, 53, coverage, hex(payload)), 12u);
    EXPECT_EQ(out[4] << 8 | out[5], coverage);
    return out[6] << 8 | out[7];
  };
  EXPECT_EQ(checksum(8, "01020304"), checksum(8, "ffffffff"));
  EXPECT_NE(checksum(10, "01020304"), checksum(10, "ffff0304"));
  EXPECT_EQ(checksum(10, "01020304"), checksum(10, "0102ffff"));
  EXPECT_NE(checksum(0, "01020304"), checksum(0, "010203ff"));
}

TEST(BuildSctp, WritesTheCrcBackwards) {
  Octets out(16);
  ASSERT_EQ(build_sctp(out, 0x1234, 0x5678, 0x01020304, hex("0e000004")), 16u);
  EXPECT_EQ(Octets(out.begin(), out.begin() + 8), hex("12345678 01020304"));
  EXPECT_EQ(Octets(out.begin() + 12, out.end()), hex("0e000004"));
  Octets zeroed = out;
  std::fill_n(zeroed.begin() + 8, 4, std::uint8_t{0});
  Crc32c crc;
  crc.add(Bytes(zeroed));
  EXPECT_EQ(crc.value(), std::uint32_t{out[8]} | std::uint32_t{out[9]} << 8 |
                             std::uint32_t{out[10]} << 16 | std::uint32_t{out[11]} << 24);
}

TEST(BuildTcpOptions, AreReadBack) {
  constexpr SackBlock kBlocks[] = {{10, 20}, {30, 25}};
  Octets out(40);
  out.resize(build_tcp_options(
      out, {.mss = 1460, .window_scale = 7, .sack_permitted = true, .sack = kBlocks}));
  EXPECT_EQ(out, hex("020405b4 01010402 01030307 01010512 0000000a 00000014 0000001e 00000019"));
  Octets packet(100);
  Octets segment(60);
  segment.resize(build_tcp(segment, kA, kB, {.urgent = 5, .options = out}, {}));
  packet.resize(
      build_ipv4(packet, {.source = kA, .destination = kB, .protocol = protocol::tcp}, segment));
  const Packet p = read_strictly(packet);
  EXPECT_EQ(p.l4_checksum, Checksum::good);
  EXPECT_TRUE(p.tcp.has_window_scale);
  EXPECT_EQ(p.tcp.window_scale, 7);
  EXPECT_TRUE(p.tcp.sack_permitted);
  EXPECT_EQ(p.tcp.sack_right, 25u);
  EXPECT_EQ(build_tcp_options(out, {.has_timestamps = true, .timestamp = 1}), 12u);
  Octets little(11);
  EXPECT_EQ(build_tcp_options(little, {.has_timestamps = true}), 0u);
  EXPECT_EQ(build_tcp_options(little, {}), 0u);
}

TEST(BuildSctp, WritesChunks) {
  Octets out(40);
  const auto chunk = [&](std::uint8_t type, std::uint8_t flags) {
    return Octets(out.begin(),
                  out.begin() + static_cast<int>(build_sctp_chunk(out, type, flags, 0x01020304)));
  };
  EXPECT_EQ(chunk(1, 0), hex("01000014 01020304 00010000 00050005 01020305"));
  EXPECT_EQ(chunk(2, 0), hex("0200001c 01020304 00010000 00050005 01020305 00070008 00000000"));
  EXPECT_EQ(chunk(11, 0), hex("0b000004"));
  EXPECT_EQ(chunk(14, 1), hex("0e010004"));
  EXPECT_EQ(chunk(200, 0), hex("c8000008 00000000"));
  Octets little(19);
  EXPECT_EQ(build_sctp_chunk(little, 1, 0, 1), 0u);
}

TEST(BuildGre, HasWhatItsFlagsSay) {
  Octets out(40);
  const auto gre = [&](const GreFields& fields) {
    return Octets(out.begin(), out.begin() + static_cast<int>(build_gre(out, fields, hex("ff"))));
  };
  EXPECT_EQ(gre({.protocol = 0x0800, .key = 1}), hex("0000 0800 ff"));
  EXPECT_EQ(
      gre({.flags = 0x3081, .protocol = 0x880b, .key = 1, .sequence = 2, .acknowledgement = 3}),
      hex("3081 880b 00000001 00000002 00000003 ff"));
  EXPECT_EQ(gre({.flags = kGreChecksum, .protocol = 0x0800}), hex("8000 0800 00000000 ff"));
}

// Each function into every size of output: nothing short of the whole is written.
TEST(Build, WritesAllOrNothing) {
  const Octets payload = hex("010203");
  const auto expect = [&](std::size_t needed, auto build) {
    for (std::size_t size = 0; size <= needed + 2; ++size) {
      Octets out(size, 0xee);
      EXPECT_EQ(build(std::span<std::uint8_t>(out)), size < needed ? 0 : needed) << size;
      if (size < needed) {
        EXPECT_EQ(out, Octets(size, 0xee));
      }
    }
  };
  expect(23, [&](auto out) { return build_ipv4(out, {}, payload); });
  expect(11, [&](auto out) { return build_icmp(out, 8, 0, 1, payload); });
  expect(23, [&](auto out) { return build_tcp(out, kA, kB, {}, payload); });
  expect(11, [&](auto out) { return build_udp(out, kA, kB, 1, 2, payload); });
  expect(43, [&](auto out) { return build_ipv6(out, {}, payload); });
  expect(11, [&](auto out) { return build_icmpv6(out, kA, kB, 128, 0, 1, payload); });
  expect(11, [&](auto out) { return build_udp_lite(out, kA, kB, 1, 2, 0, payload); });
  expect(15, [&](auto out) { return build_sctp(out, 1, 2, 3, payload); });
  expect(15, [&](auto out) { return build_gre(out, {.flags = 0xa000}, payload); });
}

TEST(Build, RefusesWhatNoHeaderCanTell) {
  Octets out(70000);
  const Octets options(41), most(40), huge(65516);
  EXPECT_EQ(build_ipv4(out, {.options = options}, {}), 0u);
  EXPECT_EQ(build_ipv4(out, {.options = most}, {}), 60u);
  EXPECT_EQ(build_tcp(out, kA, kB, {.options = options}, {}), 0u);
  EXPECT_EQ(build_ipv4(out, {}, huge), 0u);
  EXPECT_EQ(build_ipv4(out, {}, first(huge, 65515)), 65535u);
}

}  // namespace
}  // namespace statewall
