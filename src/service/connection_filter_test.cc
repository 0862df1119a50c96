#include "service/connection_filter.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "firewall/testing.h"

namespace statewall {
namespace {

using testing::address;

Connection icmp_connection() {
  Connection connection;
  connection.id = {7, 1};
  connection.original = {.source = address("192.168.1.6"),
                         .destination = address("10.0.0.10"),
                         .family = Family::ipv4,
                         .protocol = protocol::icmp,
                         .icmp_type = 8,
                         .icmp_code = 0,
                         .icmp_id = 33029};
  connection.reply = {.source = address("10.0.0.10"),
                      .destination = address("192.168.1.6"),
                      .family = Family::ipv4,
                      .protocol = protocol::icmp,
                      .icmp_type = 0,
                      .icmp_code = 0,
                      .icmp_id = 33029};
  connection.status = status::confirmed;
  connection.mark = 0x12;
  connection.zone = 3;
  return connection;
}

Connection tcp_connection() {
  Connection connection;
  connection.id = {8, 2};
  connection.original = {.source = address("fd00:1::6"),
                         .destination = address("fd00:2::a"),
                         .family = Family::ipv6,
                         .protocol = protocol::tcp,
                         .source_port = 1025,
                         .destination_port = 80};
  connection.reply = {.source = address("fd00:2::a"),
                      .destination = address("fd00:1::6"),
                      .family = Family::ipv6,
                      .protocol = protocol::tcp,
                      .source_port = 80,
                      .destination_port = 1025};
  connection.status = status::confirmed | status::seen_reply | status::assured;
  connection.tcp_state = TcpState::established;
  return connection;
}

bool matches(std::string_view key, std::string_view value, const Connection& connection) {
  ConnectionFilter filter;
  const FilterKey* row = filter_key(key);
  EXPECT_NE(row, nullptr) << key;
  const auto error = row->take(filter, value);
  EXPECT_FALSE(error) << key << "=" << value;
  return filter.matches(connection);
}

std::string complaint(std::string_view key, std::string_view value) {
  ConnectionFilter filter;
  const auto error = filter_key(key)->take(filter, value);
  EXPECT_TRUE(!error || error->kind == ErrorKind::usage);
  return error ? error->text() : "";
}

TEST(ConnectionFilter, WithoutConditionsAllMatch) {
  EXPECT_TRUE(ConnectionFilter{}.matches(icmp_connection()));
  EXPECT_TRUE(ConnectionFilter{}.matches(tcp_connection()));
  EXPECT_EQ(filter_key("port"), nullptr);
}

/// Each key with values that mean only the ICMP connection, or only that of TCP.
struct Case {
  const char* key;
  const char* icmp;  ///< nullptr: no value means it
  const char* tcp;
};
const Case kCases[] = {
    {"family", "ipv4", "ipv6"},
    {"proto", "icmp", "tcp"},
    {"proto", "1", "6"},
    {"src", "192.168.1.6", "fd00:1::6"},
    {"src", "192.168.0.0/16", "fd00:1::/64"},
    {"src", "0.0.0.0/0", "::/0"},
    {"orig-src", "192.168.1.0/24", "fd00:1::6/128"},
    {"dst", "10.0.0.10", "fd00:2::a"},
    {"orig-dst", "10.0.0.10/32", "fd00:2::a"},
    {"reply-src", "10.0.0.0/8", "fd00:2::a"},
    {"reply-dst", "192.168.1.6", "fd00:1::/32"},
    {"sport", nullptr, "1025"},
    {"orig-port-src", nullptr, "1025"},
    {"dport", nullptr, "80"},
    {"orig-port-dst", nullptr, "80"},
    {"reply-port-src", nullptr, "80"},
    {"reply-port-dst", nullptr, "1025"},
    {"state", "UNREPLIED", "ESTABLISHED"},
    {"state", "unreplied", "syn_sent,established"},
    {"state", nullptr, "ESTABLISHED,ASSURED,SEEN_REPLY"},
    {"status", "UNREPLIED", "ASSURED"},
    {"icmp-type", "8", nullptr},
    {"icmp-type", "echo-request", nullptr},
    {"icmp-code", "0", nullptr},
    {"icmp-id", "33029", nullptr},
    {"mark", "0x12", "0"},
    {"mark", "0x2/0x3", "0x0/0x2"},
    {"zone", "3", "0"},
    {"conn", "7", "8"},
};

TEST(ConnectionFilter, EachKeyMeansWhatItSays) {
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.key);
    if (row.icmp) {
      EXPECT_TRUE(matches(row.key, row.icmp, icmp_connection())) << row.icmp;
      EXPECT_FALSE(matches(row.key, row.icmp, tcp_connection())) << row.icmp;
    }
    if (row.tcp) {
      EXPECT_TRUE(matches(row.key, row.tcp, tcp_connection())) << row.tcp;
      EXPECT_FALSE(matches(row.key, row.tcp, icmp_connection())) << row.tcp;
    }
  }
}

TEST(ConnectionFilter, EveryKeyIsTested) {
  for (const FilterKey& key : filter_keys()) {
    EXPECT_TRUE(std::ranges::any_of(kCases, [&](const Case& row) { return row.key == key.name; }))
        << key.name;
  }
}

TEST(ConnectionFilter, StatesThatAConnectionIsNotInDoNotMatch) {
  EXPECT_FALSE(matches("state", "SYN_SENT", tcp_connection()));
  EXPECT_FALSE(matches("state", "ESTABLISHED,UNREPLIED", tcp_connection()));
  EXPECT_FALSE(matches("state", "NONE", icmp_connection()));
  Connection sctp = tcp_connection();
  sctp.original.protocol = protocol::sctp;
  sctp.tcp_state = TcpState::none;
  sctp.sctp_state = SctpState::cookie_wait;
  EXPECT_TRUE(matches("state", "COOKIE_WAIT", sctp));
  EXPECT_FALSE(matches("state", "ESTABLISHED", sctp));
}

TEST(ConnectionFilter, ValuesThatMakeNoSenseAreRefused) {
  EXPECT_EQ(complaint("family", "inet"), "'inet' is neither ipv4 nor ipv6");
  EXPECT_EQ(complaint("proto", "tpc"), "unknown protocol 'tpc'; did you mean 'tcp'?");
  for (const char* network :
       {"", "10.0.0", "10.0.0.1/33", "10.0.0.1/", "fd00::/129", "10.0.0.1/x"}) {
    EXPECT_EQ(complaint("src", network),
              fmt::format("'{}' is not an address, or ADDRESS/LENGTH", network));
  }
  EXPECT_EQ(complaint("sport", "65536"), "'65536' is not 0 to 65535");
  EXPECT_EQ(complaint("dport", "http"), "'http' is not 0 to 65535");
  EXPECT_EQ(complaint("state", "ESTABLISHD"),
            "unknown state 'ESTABLISHD'; did you mean 'ESTABLISHED'?");
  EXPECT_EQ(complaint("state", "ESTABLISHED,"), "unknown state ''");
  EXPECT_NE(complaint("icmp-type", "ehco-request").find("did you mean 'echo-request'?"),
            std::string::npos);
  EXPECT_EQ(complaint("mark", "1/x"), "'x' is not 0 to 4294967295");
  EXPECT_EQ(complaint("zone", "-1"), "'-1' is not 0 to 65535");
  EXPECT_EQ(complaint("conn", "seven"), "'seven' is not 0 to 18446744073709551615");
}

}  // namespace
}  // namespace statewall
