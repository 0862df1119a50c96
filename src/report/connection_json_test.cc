#include "report/connection_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;
using nlohmann::json;

constexpr Nanoseconds kTime = 1609502400'000000007;

TEST(ConnectionJson, EachProtocolHasItsFields) {
  Connection connection;
  connection.id = {2, 0};
  connection.original = {.source = kA,
                         .destination = kB,
                         .family = Family::ipv4,
                         .protocol = 1,
                         .icmp_type = 8,
                         .icmp_id = 9};
  connection.reply = {
      .source = kB, .destination = kA, .family = Family::ipv4, .protocol = 1, .icmp_id = 9};
  connection.status = status::confirmed;
  connection.deadline = kTime + 25 * kNanosecondsPerSecond;
  connection.mark = 4294967295;
  const auto line = [&] {
    Buffer out;
    append_connection_json(out, "ping.pcap", connection, kTime);
    return json::parse(fmt::to_string(out));
  };
  EXPECT_EQ(line(), json::parse(R"({
              "v": 1, "type": "connection", "file": "ping.pcap", "ts": "1609502400.000000007",
              "conn": 2, "proto": "icmp", "protonum": 1, "timeout": 25,
              "orig": {"src": "192.168.1.6", "dst": "10.0.0.10",
                       "icmp": {"type": 8, "code": 0, "id": 9}},
              "reply": {"src": "10.0.0.10", "dst": "192.168.1.6",
                        "icmp": {"type": 0, "code": 0, "id": 9}},
              "unreplied": true, "assured": false, "mark": 4294967295})"));

  connection.original.protocol = connection.reply.protocol = protocol::tcp;
  connection.original.source_port = connection.reply.destination_port = 1031;
  connection.tcp_state = TcpState::established;
  connection.status |= status::seen_reply | status::assured;
  EXPECT_EQ(line()["tcp_state"], "ESTABLISHED");
  EXPECT_EQ(line()["orig"]["sport"], 1031);
  EXPECT_EQ(line()["reply"]["dport"], 1031);
  EXPECT_EQ(line()["unreplied"], false);
  EXPECT_EQ(line()["assured"], true);

  connection.original.protocol = connection.reply.protocol = 253;
  EXPECT_EQ(line()["proto"], "unknown");
  EXPECT_EQ(line()["protonum"], 253);
  EXPECT_FALSE(line().contains("tcp_state"));
  EXPECT_FALSE(line()["orig"].contains("sport"));
}

TEST(ConnectionJson, WhatIsCountedAndTheZoneAreThereWhereThereIsOne) {
  Connection connection;
  connection.original.family = connection.reply.family = Family::ipv4;
  const auto line = [&] {
    Buffer out;
    append_connection_json(out, "ping.pcap", connection, kTime);
    return json::parse(fmt::to_string(out));
  };
  EXPECT_FALSE(line().contains("zone"));
  EXPECT_FALSE(line()["orig"].contains("packets"));

  connection.zone = 7;
  connection.counted = true;
  connection.original_count = {3, 252};
  EXPECT_EQ(line()["zone"], 7);
  EXPECT_EQ(line()["orig"]["packets"], 3);
  EXPECT_EQ(line()["orig"]["bytes"], 252);
  EXPECT_EQ(line()["reply"]["packets"], 0);
  EXPECT_EQ(line()["reply"]["bytes"], 0);
}

}  // namespace
}  // namespace statewall
