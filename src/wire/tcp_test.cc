#include <gtest/gtest.h>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::hex;
using testing::ipv4;
using testing::Octets;
using testing::read;
using testing::tcp;
using testing::with;
using enum ChecksumMode;

Packet read_segment(const Octets& segment, ChecksumMode mode = automatic) {
  return read(ipv4(protocol::tcp, segment), LinkType::raw, mode);
}

Packet read_options(const char* options) { return read_segment(tcp({.options = hex(options)})); }

// 1234 > 80, SYN ACK, options: MSS, SACK permitted, window scale 14, two NOPs, end.
const Octets kSynAck =
    hex("04d2 0050 11223344 55667788 a012 7210 0000 0000 02040578 0402 03030e 0101 00 00000000"
        "00000000");

TEST(Tcp, ReadsTheHeader) {
  const Packet p = read_segment(kSynAck + hex("616263"));
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_EQ(p.headers.source_port, 1234);
  EXPECT_EQ(p.headers.destination_port, 80);
  EXPECT_EQ(p.tcp.sequence, 0x11223344u);
  EXPECT_EQ(p.tcp.acknowledgement, 0x55667788u);
  EXPECT_EQ(p.tcp.flags, tcp_flag::syn | tcp_flag::ack);
  EXPECT_EQ(p.tcp.window, 0x7210);
  EXPECT_TRUE(p.tcp.sack_permitted);
  EXPECT_TRUE(p.tcp.has_window_scale);
  EXPECT_EQ(p.tcp.window_scale, 14);
  EXPECT_FALSE(p.tcp.has_sack);
  EXPECT_EQ(p.tcp.payload_length, 3u);
}

TEST(Tcp, ReadsEveryFlag) {
  for (int flags = 0; flags < 256; ++flags) {
    const auto byte = static_cast<std::uint8_t>(flags);
    EXPECT_EQ(read_segment(tcp({.flags = byte})).tcp.flags, byte);
  }
}

TEST(Tcp, SackTellsItsHighestRightEdge) {
  const Packet one = read_options("0101 050a 00000001 00000005");
  EXPECT_TRUE(one.tcp.has_sack);
  EXPECT_EQ(one.tcp.sack_right, 5u);
  const Packet three = read_options("051a 00000001 00000005 00000020 00000030 00000010 00000018");
  EXPECT_EQ(three.tcp.sack_right, 0x30u);
  const Packet around = read_options("0512 ffffff00 ffffff80 00000010 00000018");
  EXPECT_EQ(around.tcp.sack_right, 0x18u);
}

TEST(Tcp, OptionsOfWrongLengthArePassedOver) {
  const Packet p = read_options("0304 0000 0403 00 0509 00000000000000 0303 07");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_FALSE(p.tcp.sack_permitted);
  EXPECT_FALSE(p.tcp.has_sack);
  EXPECT_TRUE(p.tcp.has_window_scale);
  EXPECT_EQ(p.tcp.window_scale, 7);
}

TEST(Tcp, OptionsEndWhereTheyMakeNoSense) {
  for (const char* options : {"00 030307", "0200 0303 07 00", "0201 0303 07 00", "03030700 0209",
                              "feff 030307", "0101 0101 0101 03"}) {
    const Packet p = read_options(options);
    EXPECT_EQ(p.error, WireError::none) << options;
    EXPECT_EQ(p.tcp.has_window_scale, std::string_view(options) == "03030700 0209") << options;
  }
}

TEST(Tcp, OptionThatReachesBeyondTheHeaderIsNone) {
  const Packet p = read_options("0101 0512 00000001 00000005");
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_FALSE(p.tcp.has_sack);
}

TEST(Tcp, Checksum) {
  const Octets good = tcp({.source_port = 1, .destination_port = 2}, hex("616263"));
  EXPECT_EQ(read_segment(good).l4_checksum, Checksum::good);
  Octets bad = good;
  bad[16] ^= 1;
  EXPECT_EQ(read_segment(bad).l4_checksum, Checksum::bad);
  EXPECT_EQ(read_segment(bad).error, WireError::none);
  EXPECT_EQ(read_segment(bad, ignore).l4_checksum, Checksum::none);
}

// What the host leaves in the field is the sum of the pseudo header: c0a8 + 0106 + 0a00 + 000a +
// 6 + 23.
TEST(Tcp, ChecksumLeftToTheCardIsOffloaded) {
  const Octets segment = with(tcp({.source_port = 1}, hex("616263")), 16, hex("cbd5"));
  EXPECT_EQ(read_segment(segment).l4_checksum, Checksum::offloaded);
  EXPECT_EQ(read_segment(segment, verify).l4_checksum, Checksum::bad);
  EXPECT_EQ(read_segment(segment, ignore).l4_checksum, Checksum::none);
  EXPECT_EQ(read_segment(with(segment, 16, hex("342a"))).l4_checksum, Checksum::bad);
}

TEST(Tcp, ShortByItself) {
  const Octets header = tcp({.source_port = 7, .destination_port = 9});
  for (std::size_t size = 0; size < 20; ++size) {
    const Packet p = read_segment(first(header, size));
    EXPECT_EQ(p.error, WireError::tcp_short) << size;
    EXPECT_FALSE(p.cut);
    EXPECT_EQ(p.headers.destination_port, size >= 4 ? 9 : 0);
    if (size < 18) {
      EXPECT_EQ(p.l4_checksum, Checksum::none);  // there is no field to judge
    }
  }
}

TEST(Tcp, ShortByTheCut) {
  const Octets packet = ipv4(protocol::tcp, tcp({.source_port = 7, .sequence = 5, .flags = 2}));
  const Packet p = read(first(packet, 32), LinkType::raw, automatic, packet.size());
  EXPECT_EQ(p.error, WireError::tcp_short);
  EXPECT_TRUE(p.cut);
  EXPECT_EQ(p.headers.source_port, 7);
  EXPECT_EQ(p.tcp.sequence, 5u);
  EXPECT_EQ(p.tcp.flags, 0);
  EXPECT_EQ(p.l4_checksum, Checksum::cut);
}

TEST(Tcp, DataOffsetBelowTheHeader) {
  const Packet p =
      read_segment(with(tcp({.source_port = 7, .sequence = 5, .flags = 2}), 12, hex("40")));
  EXPECT_EQ(p.error, WireError::tcp_data_offset);
  EXPECT_EQ(p.headers.source_port, 7);
  EXPECT_EQ(p.tcp.sequence, 5u);
  EXPECT_EQ(p.tcp.flags, tcp_flag::syn);
  EXPECT_EQ(p.tcp.payload_length, 0u);
}

TEST(Tcp, DataOffsetBeyondThePacket) {
  const Packet p = read_segment(with(tcp({.source_port = 7, .flags = 2}), 12, hex("60")));
  EXPECT_EQ(p.error, WireError::tcp_options_short);
  EXPECT_FALSE(p.cut);
  EXPECT_EQ(p.headers.source_port, 7);
  EXPECT_EQ(p.tcp.flags, tcp_flag::syn);
  EXPECT_EQ(p.tcp.payload_length, 0u);
}

TEST(Tcp, OptionsCut) {
  const Octets packet = ipv4(protocol::tcp, kSynAck + hex("616263"));
  const Packet p = read(first(packet, 47), LinkType::raw, automatic, packet.size());
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_TRUE(p.cut);
  EXPECT_TRUE(p.tcp.sack_permitted);
  EXPECT_FALSE(p.tcp.has_window_scale);
  EXPECT_EQ(p.tcp.payload_length, 3u);
}

TEST(Tcp, PayloadLengthCountsWhatWasCut) {
  const Octets packet = ipv4(protocol::tcp, tcp({.source_port = 7}, Octets(1000)));
  const Packet p = read(first(packet, 54), LinkType::raw, automatic, packet.size());
  EXPECT_EQ(p.error, WireError::none);
  EXPECT_TRUE(p.cut);
  EXPECT_EQ(p.tcp.payload_length, 1000u);
  EXPECT_EQ(p.l4_checksum, Checksum::cut);
}

}  // namespace
}  // namespace statewall
