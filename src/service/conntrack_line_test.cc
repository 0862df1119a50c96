#include "service/conntrack_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "statewall/packet.h"

namespace statewall {
namespace {

using Outcome = ConntrackLine::Outcome;

const std::string kTcp =
    "tcp      6 431999 ESTABLISHED src=192.168.1.6 dst=10.0.0.10 sport=40000 dport=80 "
    "src=10.0.0.10 dst=192.168.1.6 sport=80 dport=40000 [ASSURED] mark=0 use=1";

SavedConnection read(std::string_view line) {
  const ConntrackLine read = read_conntrack_line(line);
  EXPECT_EQ(read.outcome, Outcome::connection) << line << "\n" << read.message;
  return read.saved;
}

TEST(ConntrackLine, OfConntrack) {
  const SavedConnection saved = read(kTcp);
  const Connection& tcp = saved.connection;
  EXPECT_EQ(tcp.original.family, Family::ipv4);
  EXPECT_EQ(tcp.original.protocol, protocol::tcp);
  EXPECT_EQ(tcp.original.source, Address::ipv4(0xC0A80106));
  EXPECT_EQ(tcp.original.destination, Address::ipv4(0x0A00000A));
  EXPECT_EQ(tcp.original.source_port, 40000);
  EXPECT_EQ(tcp.original.destination_port, 80);
  EXPECT_EQ(tcp.reply, reply_of(tcp.original));
  EXPECT_EQ(tcp.tcp_state, TcpState::established);
  EXPECT_EQ(tcp.status, status::confirmed | status::seen_reply | status::assured);
  EXPECT_EQ(saved.time_left, 431'999'000U);
  EXPECT_EQ(saved.kept, KeptPart::nothing);
  EXPECT_FALSE(tcp.counted);
}

TEST(ConntrackLine, WithAllThatConntrackCanAdd) {
  const SavedConnection saved = read(
      "ipv6     10 udp      17 29 src=2001:db8::1 dst=2001:db8::2 sport=5353 dport=53 packets=3 "
      "bytes=180 [UNREPLIED] src=2001:db8::2 dst=2001:db8::1 sport=53 dport=5353 packets=0 bytes=0 "
      "mark=4294967295 secctx=system_u:object_r:unlabeled_t:s0 zone=65535 delta-time=5 "
      "[start=Mon Jan  1 00:00:00 2024] use=2 id=3735928559");
  EXPECT_EQ(saved.connection.original.family, Family::ipv6);
  EXPECT_EQ(saved.connection.status, status::confirmed);
  EXPECT_EQ(saved.connection.mark, 0xffffffffU);
  EXPECT_EQ(saved.connection.zone, 65535);
  EXPECT_TRUE(saved.connection.counted);
  EXPECT_EQ(saved.connection.original_count.packets, 3U);
  EXPECT_EQ(saved.connection.original_count.bytes, 180U);
}

TEST(ConntrackLine, OfProc) {
  const SavedConnection saved = read(
      "ipv6     10 icmpv6   58 12 src=2001:0db8:0000:0000:0000:0000:0000:0001 "
      "dst=2001:0db8:0000:0000:0000:0000:0000:0002 type=128 code=0 id=77 [UNREPLIED] "
      "src=2001:0db8:0000:0000:0000:0000:0000:0002 dst=2001:0db8:0000:0000:0000:0000:0000:0001 "
      "type=129 code=0 id=77 mark=0 zone=0 use=2");
  EXPECT_EQ(saved.connection.original.icmp_id, 77);
  EXPECT_EQ(saved.connection.open_queries, 1U);
  const SavedConnection gre = read(
      "ipv4     2 gre      47 179 timeout=30, stream_timeout=180 src=10.0.0.1 dst=10.0.0.2 "
      "srckey=0x0 dstkey=0x1f src=10.0.0.2 dst=10.0.0.1 srckey=0x1f dstkey=0x0 [ASSURED] mark=0 "
      "zone=0 use=2");
  EXPECT_EQ(gre.connection.original.destination_port, 0x1f);
  const SavedConnection sctp = read(
      "ipv4     2 sctp     132 9 COOKIE_WAIT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 "
      "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0 zone=0 use=2");
  EXPECT_EQ(sctp.connection.sctp_state, SctpState::cookie_wait);
}

TEST(ConntrackLine, OfKernels24) {
  const SavedConnection icmp = read(
      "icmp     1 25 src=192.168.1.6 dst=192.168.1.10 type=8 code=0 id=33029 [UNREPLIED] "
      "src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=33029 use=1 ");
  EXPECT_EQ(icmp.connection.original.icmp_type, 8);
  EXPECT_EQ(icmp.time_left, 25'000U);
  const SavedConnection other = read(
      "unknown  2 597 src=10.0.0.1 dst=224.0.0.1 [UNREPLIED] src=224.0.0.1 dst=10.0.0.1 use=1 ");
  EXPECT_EQ(other.connection.original.protocol, 2);
  const SavedConnection sctp =
      read("unknown  132 597 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1 use=1 ");
  EXPECT_EQ(sctp.connection.original.source_port, 0);
}

TEST(ConntrackLine, AQuerysIdAndTheConnectionsOwn) {
  const SavedConnection saved = read(
      "icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=5 src=10.0.0.2 dst=10.0.0.1 "
      "type=0 code=0 id=5 mark=0 use=1 id=99999");
  EXPECT_EQ(saved.connection.original.icmp_id, 5);
  EXPECT_EQ(saved.connection.open_queries, 0U) << "it was answered";
}

// Neither the kernel nor conntrack tells the time and the state of what the flow table carries.
TEST(ConntrackLine, Offloaded) {
  for (const char* flag : {"[OFFLOAD]", "[HW_OFFLOAD]"}) {
    const SavedConnection saved = read(
        "ipv4     2 tcp      6 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 packets=1 bytes=40 "
        "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 packets=1 bytes=40 " +
        std::string(flag) + " mark=0 zone=0 use=3");
    EXPECT_EQ(saved.connection.tcp_state, TcpState::established);
    EXPECT_NE(saved.connection.status & status::assured, 0);
    EXPECT_EQ(saved.time_left, 120'000U);
  }
}

TEST(ConntrackLine, TimesBeyondAnyProfileAreTheLongest) {
  EXPECT_EQ(
      read("unknown  2 99999999999 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1").time_left,
      2'147'483'000U);
}

TEST(ConntrackLine, EveryStateByItsName) {
  for (int i = 1; i < kTcpStates; ++i) {
    std::string line = kTcp;
    line.replace(line.find("ESTABLISHED"), 11, name(static_cast<TcpState>(i)));
    EXPECT_EQ(read(line).connection.tcp_state, static_cast<TcpState>(i));
  }
}

TEST(ConntrackLine, NothingInIt) {
  for (const char* line :
       {"", "   ", "conntrack v1.4.7 (conntrack-tools): 5 flow entries have been shown."}) {
    EXPECT_EQ(read_conntrack_line(line).outcome, Outcome::blank) << line;
  }
}

TEST(ConntrackLine, LeftOut) {
  const struct {
    LeftOut reason;
    const char* line;
  } kCases[] = {
      {LeftOut::translated,
       "udp 17 9 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=192.0.2.1 sport=2 "
       "dport=1"},
      {LeftOut::translated,
       "udp 17 9 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 "
       "dport=1024"},
      {LeftOut::translated,
       "icmp 1 9 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=1 src=10.0.0.2 dst=10.0.0.1 type=0 "
       "code=0 id=2"},
      {LeftOut::zone_of_one_way,
       "udp 17 9 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 "
       "dport=1 zone-orig=5"},
      {LeftOut::no_query,
       "icmp 1 9 src=10.0.0.1 dst=10.0.0.2 type=9 code=0 id=1 src=10.0.0.2 dst=10.0.0.1 type=9 "
       "code=0 id=1"},
      {LeftOut::other_keys,
       "dccp 33 9 REQUEST src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 "
       "sport=2 dport=1"},
      {LeftOut::no_state,
       "tcp 6 9 NONE src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 "
       "dport=1"},
      {LeftOut::expectation,
       "EXPECTING: 180 use=1 proto=6 src=10.0.0.1 dst=10.0.0.2 sport=0 dport=2 tuple=..."},
  };
  for (const auto& [reason, line] : kCases) {
    const ConntrackLine read = read_conntrack_line(line);
    EXPECT_EQ(read.outcome, Outcome::left_out) << line << "\n" << read.message;
    EXPECT_EQ(read.reason, reason) << line;
    EXPECT_FALSE(sentence(reason).empty());
  }
}

TEST(ConntrackLine, WhatCannotBeUnderstoodIsSaidWithItsPlace) {
  const std::string tail = " src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1";
  const struct {
    std::string line;
    std::uint32_t column;
    const char* message;
  } kCases[] = {
      {"[NEW] udp 17 30 src=10.0.0.1", 1, "this is an event, not a line of a table"},
      {"src=10.0.0.1", 1, "expected the name of a protocol, as in 'tcp 6'"},
      {"17 30", 1, "expected the name of a protocol, as in 'tcp 6'"},
      {"ipv4 2", 7, "expected the name of a protocol, as in 'tcp 6'"},
      {"ipv4 10 udp 17 30", 6, "the number of the family is 2"},
      {"ipv6 2 udp 17 30", 6, "the number of the family is 10"},
      {"udp", 4, "expected the number of the protocol, 0 to 255"},
      {"udp 256 30", 5, "expected the number of the protocol, 0 to 255"},
      {"udp 17 30 UP src=10.0.0.1", 11, "expected a field, as in 'src=192.0.2.1'"},
      {"tcp 6 30 OPEN src=10.0.0.1", 10, "unknown state of TCP 'OPEN'"},
      {"sctp 132 30 OPEN src=10.0.0.1", 13, "unknown state of SCTP 'OPEN'"},
      {"udp 17 30 src=10.0.0.1 what", 24, "expected a field, as in 'src=192.0.2.1'"},
      {"udp 17 30 src=10.0.0.1 colour=3", 24, "unknown field 'colour'"},
      {"udp 17 30 src=10.0.0.1 [COLOUR]", 24, "unknown flag '[COLOUR]'"},
      {"udp 17 30 src=10.0.0.1 [COLOUR", 24, "unknown flag '[COLOUR'"},
      {"udp 17 30 sport=1", 11, "a direction begins with 'src='"},
      {"udp 17 30 src=10.0.0.1 sport=1 sport=1", 32, "'sport=' stands twice in one direction"},
      {"udp 17 30 src=10.0.0.1 sport=65536", 24, "expected a number, 0 to 65535"},
      {"udp 17 30 src=10.0.0.1 sport=", 24, "expected a number, 0 to 65535"},
      {"udp 17 30 src=10.0.0.1 bytes=-1", 24, "expected a number"},
      {"udp 17 30 src=10.0.0.1 bytes=18446744073709551616", 24, "expected a number"},
      {"udp 17 30 src=10.0.0.256", 11, "expected an IPv4 address"},
      {"udp 17 30 src=10.0.0.1 dst=::1", 24, "expected an IPv4 address"},
      {"udp 17 30 src=::1 dst=1.2.3.4", 19, "expected an IPv6 address"},
      {"ipv4 2 udp 17 30 src=::1", 18, "expected an IPv4 address"},
      {"udp 17 30 mark=4294967296", 11, "expected a mark, 0 to 4294967295"},
      {"udp 17 30 zone=65536", 11, "expected a zone, 0 to 65535"},
      {"udp 17 30", 10, "there is no 'src='"},
      {"udp 17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2", 52, "there is no reply direction"},
      {"udp 17 30 src=10.0.0.1 sport=1 dport=2" + tail, 11, "this direction has no 'dst='"},
      {"udp 17 30 src=10.0.0.1 dst=10.0.0.2 sport=1" + tail, 11, "this direction has no 'dport='"},
      {"icmp 1 30 src=10.0.0.1 dst=10.0.0.2" + tail, 11, "this direction has no 'type='"},
      {"udp 17 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2" + tail, 8,
       "expected the seconds that the connection has left"},
      {"tcp 6 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2" + tail, 7,
       "expected the state of a TCP connection"},
      {"udp 17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2" + tail + " src=10.0.0.3", 95,
       "'src=' stands twice in one direction"},
      {std::string(10'001, ' '), 1, "the line is longer than 10000 bytes"},
  };
  for (const auto& [line, column, message] : kCases) {
    const ConntrackLine read = read_conntrack_line(line);
    EXPECT_EQ(read.outcome, Outcome::wrong) << line;
    EXPECT_EQ(read.message, message) << line;
    EXPECT_EQ(read.column, column) << line;
  }
}

}  // namespace
}  // namespace statewall
