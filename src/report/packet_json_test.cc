#include "report/packet_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "statewall/reason.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;
using nlohmann::json;

constexpr Nanoseconds kTime = 1609502400'000000007;

Observation observed(Reason reason, Direction direction, std::uint64_t number) {
  Observation observation;
  observation.state = state_of(reason);
  observation.direction = direction;
  observation.reason = reason;
  observation.connection = {number, 0};
  return observation;
}

json packet_json(const Packet& packet, const Observation& observation,
                 std::string_view file = "ping.pcap") {
  Buffer out;
  append_packet_json(out, {file, 3, kTime, packet, observation});
  const std::string line = fmt::to_string(out);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  return json::parse(line);
}

TEST(PacketJson, AQuery) {
  const Packet packet = read(ipv4(protocol::icmp, icmp(8, 0, 33029U << 16 | 1, Octets(56))));
  EXPECT_EQ(packet_json(packet, observed(Reason::opens_query, Direction::original, 1)),
            json::parse(R"({
              "v": 1, "type": "packet", "file": "ping.pcap", "n": 3, "ts": "1609502400.000000007",
              "state": "NEW", "direction": "original", "reason": "opens-query",
              "text": "opens connection 1 with an echo query", "conn": 1, "related_to": null,
              "proto": "icmp", "protonum": 1, "src": "192.168.1.6", "dst": "10.0.0.10",
              "icmp": {"type": 8, "code": 0, "id": 33029, "seq": 1}, "len": 84})"));
}

TEST(PacketJson, ARelatedError) {
  const Octets quoted = ipv4(protocol::udp, udp(1025, 53));
  const Packet packet = read(ipv4(protocol::icmp, icmp(3, 3, 0, quoted)));
  Observation observation = observed(Reason::quotes_connection, Direction::reply, 5);
  observation.related_to = observation.connection;
  const json line = packet_json(packet, observation);
  EXPECT_EQ(line["state"], "RELATED");
  EXPECT_EQ(line["conn"], 5);
  EXPECT_EQ(line["related_to"], 5);
  EXPECT_EQ(line["icmp"], json::parse(R"({"type": 3, "code": 3})"));
  EXPECT_EQ(line["quote"], json::parse(R"({
              "length": 8, "proto": "udp", "protonum": 17, "src": "192.168.1.6",
              "dst": "10.0.0.10", "sport": 1025, "dport": 53})"));
}

TEST(PacketJson, TcpAndItsChecksum) {
  Octets segment =
      tcp({.source_port = 1031, .destination_port = 23, .sequence = 7, .flags = tcp_flag::syn});
  segment[17] ^= 1;
  const Packet packet = read(ipv4(protocol::tcp, segment));
  const json line = packet_json(packet, observed(Reason::opens_syn, Direction::original, 1));
  EXPECT_EQ(line["sport"], 1031);
  EXPECT_EQ(line["dport"], 23);
  EXPECT_EQ(line["tcp"], json::parse(R"({"flags": "S", "seq": 7, "ack": 0, "win": 65535})"));
  EXPECT_EQ(line["checksum"], "bad");
  EXPECT_FALSE(line.contains("icmp"));
}

TEST(PacketJson, WhatHasNoStateIsNull) {
  const json line = packet_json(read(hex("450000")), observed(Reason::ip_unreadable, {}, 0));
  for (const char* key : {"state", "direction", "conn", "related_to"}) {
    EXPECT_TRUE(line.at(key).is_null()) << key;
  }
  EXPECT_EQ(line["wire"], "ipv4-short");
  EXPECT_FALSE(line.contains("src"));
}

TEST(PacketJson, AFragmentAndAForeignFrame) {
  const Ipv4Fields fields{.source = kA, .destination = kB, .protocol = 17, .fragment_offset = 1480};
  const json fragment =
      packet_json(read(ipv4(fields, Octets(8))), observed(Reason::not_tracked, {}, 0));
  EXPECT_EQ(fragment["fragment"], json::parse(R"({"offset": 1480, "more": false})"));
  EXPECT_FALSE(fragment.contains("sport"));

  const Octets arp = Octets(12) + hex("8100 0007 0806 0001");
  const json foreign = packet_json(read(arp, LinkType::ethernet), observed(Reason::not_ip, {}, 0));
  EXPECT_EQ(foreign["ethertype"], 0x0806);
  EXPECT_EQ(foreign["vlan"], 7);
  EXPECT_EQ(foreign["wire"], "not-ip");
}

TEST(PacketJson, FileNamesOfAnyKind) {
  const Packet packet = read(ipv4(protocol::udp, udp(1, 2)));
  const Observation observation = observed(Reason::opens_udp, Direction::original, 1);
  EXPECT_EQ(packet_json(packet, observation, "a \"b\"\n.pcap")["file"], "a \"b\"\n.pcap");
  EXPECT_EQ(packet_json(packet, observation, "\xff.pcap")["file"], "\xef\xbf\xbd.pcap");
}

TEST(PacketJson, EveryReasonMakesValidJson) {
  const Packet packet = read(ipv4(protocol::icmp, icmp(8, 0, 1)));
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(packet_json(packet, observed(reason, {}, 1))["reason"], slug(reason));
  }
}

}  // namespace
}  // namespace statewall
