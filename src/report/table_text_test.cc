#include "report/table_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr Nanoseconds kNow = 1'000 * kNanosecondsPerSecond;
constexpr Address kAsker = Address::ipv4(0xc0a80106);
constexpr Address kReplier = Address::ipv4(0xc0a8010a);

Connection between(const Address& source, const Address& destination, std::uint8_t number,
                   std::int64_t seconds) {
  Connection connection;
  connection.id = {1, 0};
  connection.original = {
      .source = source, .destination = destination, .family = Family::ipv4, .protocol = number};
  connection.reply = {
      .source = destination, .destination = source, .family = Family::ipv4, .protocol = number};
  connection.status = status::confirmed;
  connection.deadline = kNow + seconds * kNanosecondsPerSecond;
  return connection;
}

/// The record of the founding documents (T4).
Connection ping() {
  Connection connection = between(kAsker, kReplier, protocol::icmp, 25);
  connection.original.icmp_type = 8;
  connection.original.icmp_id = connection.reply.icmp_id = 33029;
  return connection;
}

Connection telnet() {
  Connection connection =
      between(Address::ipv4(0xc0a80105), Address::ipv4(0xc0a80123), protocol::tcp, 117);
  connection.tcp_state = TcpState::syn_sent;
  connection.original.source_port = connection.reply.destination_port = 1031;
  connection.original.destination_port = connection.reply.source_port = 23;
  return connection;
}

Connection igmp() { return between(Address::ipv4(0xc0a80105), Address::ipv4(0xe0000016), 2, 597); }

std::string tutorial_line(const Connection& connection) {
  return table_line(connection, kNow, TableFormat::tutorial);
}
std::string ip_conntrack_line(const Connection& connection) {
  return table_line(connection, kNow, TableFormat::ip_conntrack);
}

TEST(TableText, TheRecordOfTheTutorial) {  // T4-T7
  EXPECT_EQ(tutorial_line(ping()),
            "icmp 1 25 src=192.168.1.6 dst=192.168.1.10 type=8 code=0 id=33029 [UNREPLIED] "
            "src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=33029 use=1");
}

TEST(TableText, TheLinesOfKernel24) {  // F7
  EXPECT_EQ(ip_conntrack_line(ping()),
            "icmp     1 25 src=192.168.1.6 dst=192.168.1.10 type=8 code=0 id=33029 [UNREPLIED] "
            "src=192.168.1.10 dst=192.168.1.6 type=0 code=0 id=33029 use=1 ");
  EXPECT_EQ(ip_conntrack_line(telnet()),
            "tcp      6 117 SYN_SENT src=192.168.1.5 dst=192.168.1.35 sport=1031 dport=23 "
            "[UNREPLIED] src=192.168.1.35 dst=192.168.1.5 sport=23 dport=1031 use=1 ");
  EXPECT_EQ(ip_conntrack_line(igmp()),
            "unknown  2 597 src=192.168.1.5 dst=224.0.0.22 [UNREPLIED] "
            "src=224.0.0.22 dst=192.168.1.5 use=1 ");
}

TEST(TableText, TheOthersInTheFormOfTheTutorial) {
  EXPECT_EQ(tutorial_line(telnet()),
            "tcp 6 117 SYN_SENT src=192.168.1.5 dst=192.168.1.35 sport=1031 dport=23 "
            "[UNREPLIED] src=192.168.1.35 dst=192.168.1.5 sport=23 dport=1031 use=1");
  EXPECT_EQ(tutorial_line(igmp()),
            "unknown 2 597 src=192.168.1.5 dst=224.0.0.22 [UNREPLIED] "
            "src=224.0.0.22 dst=192.168.1.5 use=1");
}

TEST(TableText, AnAssuredStream) {  // B10
  Connection dns = between(kAsker, kReplier, protocol::udp, 180);
  dns.original.source_port = dns.reply.destination_port = 65535;
  dns.original.destination_port = dns.reply.source_port = 53;
  dns.status = status::confirmed | status::seen_reply | status::assured;
  EXPECT_EQ(ip_conntrack_line(dns),
            "udp      17 180 src=192.168.1.6 dst=192.168.1.10 sport=65535 dport=53 "
            "src=192.168.1.10 dst=192.168.1.6 sport=53 dport=65535 [ASSURED] use=1 ");
}

TEST(TableText, RepliedButNotAssured) {
  Connection connection = telnet();
  connection.status |= status::seen_reply;
  connection.tcp_state = TcpState::syn_recv;
  const std::string line = tutorial_line(connection);
  EXPECT_EQ(line.find('['), std::string::npos) << line;
  EXPECT_NE(line.find(" SYN_RECV "), std::string::npos) << line;
}

TEST(TableText, SecondsAreRoundedDownAndNeverNegative) {  // F2
  Connection connection = ping();
  EXPECT_EQ(seconds_left(connection, kNow), 25);
  EXPECT_EQ(seconds_left(connection, kNow + 1), 24);
  EXPECT_EQ(seconds_left(connection, connection.deadline - 1), 0);
  EXPECT_EQ(seconds_left(connection, connection.deadline + kNow), 0);
  connection.deadline = std::numeric_limits<Nanoseconds>::max();
  EXPECT_EQ(seconds_left(connection, std::numeric_limits<Nanoseconds>::min()), 18446744073);
  connection.deadline = 0;  // unconfirmed: no timer runs
  EXPECT_EQ(seconds_left(connection, kNow), 0);
}

// F11, F14, F16: lines of kernel 6.18 and of conntrack 1.4.7.
class KernelText : public testing::Test {
 protected:
  Connection udp() const {
    Connection connection =
        between(Address::ipv4(0x0a000102), Address::ipv4(0x0a000202), protocol::udp, 119);
    connection.original.source_port = connection.reply.destination_port = 1;
    connection.original.destination_port = connection.reply.source_port = 2;
    connection.status = status::seen_reply | status::assured;
    return connection;
  }
  std::string proc(const Connection& connection) const {
    return table_line(connection, kNow, TableFormat::nf_conntrack);
  }
};

TEST_F(KernelText, Udp) {
  EXPECT_EQ(proc(udp()),
            "ipv4     2 udp      17 119 src=10.0.1.2 dst=10.0.2.2 sport=1 dport=2 src=10.0.2.2 "
            "dst=10.0.1.2 sport=2 dport=1 [ASSURED] mark=0 zone=0 use=2");
  EXPECT_EQ(table_line(udp(), kNow, TableFormat::conntrack, {.extended = true, .id = true}),
            "ipv4     2 udp      17 119 src=10.0.1.2 dst=10.0.2.2 sport=1 dport=2 src=10.0.2.2 "
            "dst=10.0.1.2 sport=2 dport=1 [ASSURED] mark=0 use=1 id=1");
}

TEST_F(KernelText, CountersStandBehindEachTuple) {
  Connection connection = udp();
  connection.status = 0;
  connection.counted = true;
  connection.original_count = {1, 36};
  EXPECT_EQ(proc(connection),
            "ipv4     2 udp      17 119 src=10.0.1.2 dst=10.0.2.2 sport=1 dport=2 packets=1 "
            "bytes=36 [UNREPLIED] src=10.0.2.2 dst=10.0.1.2 sport=2 dport=1 packets=0 bytes=0 "
            "mark=0 zone=0 use=2");
}

TEST_F(KernelText, OtherProtocols) {
  Connection connection = between(Address::ipv4(0x0a000102), Address::ipv4(0x0a000202), 253, 599);
  EXPECT_EQ(proc(connection),
            "ipv4     2 unknown  253 599 src=10.0.1.2 dst=10.0.2.2 [UNREPLIED] src=10.0.2.2 "
            "dst=10.0.1.2 mark=0 zone=0 use=2");
  connection = between(Address::ipv4(0x0a000102), Address::ipv4(0x0a000202), protocol::gre, 29);
  connection.gre_timeout = 30;
  connection.gre_timeout_stream = 180;
  EXPECT_EQ(proc(connection),
            "ipv4     2 gre      47 29 timeout=30, stream_timeout=180 src=10.0.1.2 dst=10.0.2.2 "
            "srckey=0x0 dstkey=0x0 [UNREPLIED] src=10.0.2.2 dst=10.0.1.2 srckey=0x0 dstkey=0x0 "
            "mark=0 zone=0 use=2");
}

TEST_F(KernelText, Ipv6IsWrittenInFull) {
  Address a, b;
  a.bytes = {0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  b.bytes = {0xfd, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  Connection connection = between(a, b, protocol::icmpv6, 29);
  connection.original.family = connection.reply.family = Family::ipv6;
  connection.original.icmp_type = 128;
  connection.reply.icmp_type = 129;
  connection.original.icmp_id = connection.reply.icmp_id = 17185;
  EXPECT_EQ(proc(connection),
            "ipv6     10 icmpv6   58 29 src=fd00:0001:0000:0000:0000:0000:0000:0002 "
            "dst=fd00:0002:0000:0000:0000:0000:0000:0002 type=128 code=0 id=17185 [UNREPLIED] "
            "src=fd00:0002:0000:0000:0000:0000:0000:0002 "
            "dst=fd00:0001:0000:0000:0000:0000:0000:0002 type=129 code=0 id=17185 mark=0 zone=0 "
            "use=2");
  EXPECT_EQ(table_line(connection, kNow, TableFormat::conntrack),
            "icmpv6   58 29 src=fd00:1::2 dst=fd00:2::2 type=128 code=0 id=17185 [UNREPLIED] "
            "src=fd00:2::2 dst=fd00:1::2 type=129 code=0 id=17185 mark=0 use=1");
}

TEST_F(KernelText, Events) {
  Event event;
  event.kind = EventKind::new_;
  event.time = kNow;
  event.connection = udp();
  event.connection.status = 0;
  Buffer out;
  append_conntrack_event(out, event, {});
  EXPECT_EQ(fmt::to_string(out),
            "    [NEW] udp      17 119 src=10.0.1.2 dst=10.0.2.2 sport=1 dport=2 [UNREPLIED] "
            "src=10.0.2.2 dst=10.0.1.2 sport=2 dport=1");
  out.clear();
  event.kind = EventKind::destroy;
  append_conntrack_event(out, event, {.extended = true});
  EXPECT_EQ(fmt::to_string(out),
            "[DESTROY] ipv4     2 udp      17 src=10.0.1.2 dst=10.0.2.2 sport=1 dport=2 "
            "[UNREPLIED] src=10.0.2.2 dst=10.0.1.2 sport=2 dport=1");
}

}  // namespace
}  // namespace statewall
