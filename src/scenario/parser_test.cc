#include "scenario/parser.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenario/expectation.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr std::string_view kHeader = "statewall-scenario 1\n";

ParsedScenario parse(std::string_view body) {
  return parse_scenario(std::string(kHeader) + std::string(body), "x");
}

std::string all_errors(const ParsedScenario& parsed) {
  std::string out;
  for (const Error& error : parsed.errors) out += error.text() + "\n";
  return out;
}

// The only packet of a scenario.
PacketStep packet(std::string_view line) {
  const ParsedScenario parsed = parse(line);
  EXPECT_TRUE(parsed.errors.empty()) << all_errors(parsed);
  if (parsed.scenario.steps.empty()) return {};
  return std::get<PacketStep>(parsed.scenario.steps.at(0).what);
}

TEST(Parser, ReadsAScenario) {
  const ParsedScenario parsed = parse(
      "profile linux-2.4  # kernels\n"
      "set icmp_timeout=10\n"
      "\n"
      "0.25  192.168.1.6 > 192.168.1.10 icmp echo-request id 33029 seq 7 => state NEW conn 1\n"
      "3     table 1\n");
  ASSERT_TRUE(parsed.errors.empty()) << all_errors(parsed);
  const Scenario& s = parsed.scenario;
  EXPECT_EQ(s.profile.name, "linux-2.4");
  EXPECT_EQ(s.profile.icmp_timeout, 10u);
  EXPECT_EQ(s.topology.kind, ScenarioTopology::Kind::none);
  EXPECT_EQ(s.packets, 1u);
  ASSERT_EQ(s.steps.size(), 2u);
  EXPECT_EQ(s.steps[0].line, 5);
  EXPECT_EQ(s.steps[0].time, 250'000'000);
  const auto& sent = std::get<PacketStep>(s.steps[0].what);
  EXPECT_EQ(sent.number, 1u);
  EXPECT_EQ(sent.side, -1);
  EXPECT_FALSE(sent.drop);
  EXPECT_EQ(sent.summary, "192.168.1.6 > 192.168.1.10 icmp echo-request");
  EXPECT_EQ(sent.packet.source, Address::ipv4(0xC0A80106));
  EXPECT_EQ(sent.packet.destination, Address::ipv4(0xC0A8010A));
  EXPECT_EQ(sent.packet.protocol, protocol::icmp);
  EXPECT_EQ(sent.packet.icmp_type, 8);
  EXPECT_EQ(sent.packet.icmp_rest, 33029u << 16 | 7);
  ASSERT_EQ(sent.expectations.size(), 2u);
  EXPECT_EQ(sent.expectations[0].key->name, "state");
  EXPECT_EQ(sent.expectations[0].value, "NEW");
  EXPECT_EQ(sent.expectations[1].key->name, "conn");
  EXPECT_EQ(sent.expectations[1].value, "1");
  EXPECT_EQ(std::get<TableCheck>(s.steps[1].what).entries, 1u);
}

TEST(Parser, TakesTutorialForTheProfileAndNeedsNoLastLineFeed) {
  const ParsedScenario parsed = parse_scenario("# first a word\r\nstatewall-scenario 1", "x");
  EXPECT_TRUE(parsed.errors.empty()) << all_errors(parsed);
  EXPECT_EQ(parsed.scenario.profile.name, "tutorial");
}

TEST(Parser, ReadsIcmpTypesByNameAndNumber) {
  struct Case {
    std::string_view words;
    int type, code;
  };
  constexpr Case kCases[] = {
      {"echo-reply", 0, 0},
      {"ping", 8, 0},
      {"ECHO-request", 8, 0},
      {"host-unreachable", 3, 1},
      {"network-prohibited", 3, 9},
      {"fragmentation-needed", 3, 4},
      {"ttl-exceeded", 11, 0},
      {"ttl-zero-during-reassembly", 11, 1},
      {"destination-unreachable", 3, 0},
      {"destination-unreachable code 7", 3, 7},
      {"information-request", 15, 0},
      {"information-reply", 16, 0},
      {"15", 15, 0},
      {"3/200", 3, 200},
      {"255/255", 255, 255},
      {"13 code 5", 13, 5},
  };
  for (const Case& c : kCases) {
    const PacketStep step = packet("0 1.2.3.4 > 5.6.7.8 icmp " + std::string(c.words));
    EXPECT_EQ(step.packet.icmp_type, c.type) << c.words;
    EXPECT_EQ(step.packet.icmp_code, c.code) << c.words;
  }
}

TEST(Parser, ReadsEveryField) {
  PacketSpec p =
      packet("0 1.2.3.4 > 5.6.7.8 icmp 3/4 mtu 1400 length 12 ttl 9 bad-checksum drop").packet;
  EXPECT_EQ(p.icmp_rest, 1400u);
  EXPECT_EQ(p.length, 12u);
  EXPECT_EQ(p.ttl, 9);
  EXPECT_TRUE(p.bad_checksum);
  p = packet("0 1.2.3.4 > 5.6.7.8 icmp redirect gateway 10.0.0.2").packet;
  EXPECT_EQ(p.icmp_rest, 0x0A000002u);

  p = packet("0 1.2.3.4 > 5.6.7.8 tcp 1031 > 80 fin,ack seq 4294967295 ack 7 length 5").packet;
  EXPECT_EQ(p.protocol, protocol::tcp);
  EXPECT_EQ(p.source_port, 1031);
  EXPECT_EQ(p.destination_port, 80);
  EXPECT_EQ(p.tcp_flags, tcp_flag::fin | tcp_flag::ack);
  EXPECT_EQ(p.tcp_sequence, 4294967295u);
  EXPECT_EQ(p.tcp_acknowledgement, 7u);
  EXPECT_EQ(p.length, 5u);
  p = packet("0 1.2.3.4 > 5.6.7.8 tcp 1 > 2 fin,syn,rst,psh,ack,urg,ece,cwr").packet;
  EXPECT_EQ(p.tcp_flags, 0xff);
  p = packet("0 1.2.3.4 > 5.6.7.8 tcp 1 > 2 none").packet;
  EXPECT_EQ(p.tcp_flags, 0);

  p = packet("0 1.2.3.4 > 5.6.7.8 udp 53 > 65535").packet;
  EXPECT_EQ(p.protocol, protocol::udp);
  EXPECT_EQ(p.destination_port, 65535);
  p = packet("0 1.2.3.4 > 5.6.7.8 proto 47 length 20").packet;
  EXPECT_EQ(p.protocol, 47);
  EXPECT_TRUE(p.raw);
  EXPECT_TRUE(packet("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 drop").drop);
}

TEST(Parser, ReadsQuotes) {
  const ParsedScenario parsed = parse(
      "0 1.2.3.4 > 5.6.7.8 udp 1 > 2\n"
      "0 5.6.7.8 > 1.2.3.4 icmp 3/3 quoting #1 cut 8 # as short as can be\n");
  ASSERT_TRUE(parsed.errors.empty()) << all_errors(parsed);
  const auto& error = std::get<PacketStep>(parsed.scenario.steps[1].what);
  EXPECT_EQ(error.number, 2u);
  EXPECT_EQ(error.packet.quoting, 1u);
  EXPECT_EQ(error.packet.cut, 8u);
}

// As in the selftest conntrack_rst_invalid of Linux: handshake with options, data, and resets
// outside, near and at the edge of the window.
TEST(Parser, ReadsTcpAsPacketdrillHasIt) {
  const ParsedScenario parsed = parse(
      "0.0 10.0.0.1 > 10.0.0.2 tcp 8080 > 4242 syn     seq 0 mss 1000 sack-ok wscale 8\n"
      "0.1 10.0.0.2 > 10.0.0.1 tcp 4242 > 8080 syn,ack seq 0 ack 1 mss 1460 sack-ok wscale 8\n"
      "0.1 10.0.0.1 > 10.0.0.2 tcp 8080 > 4242 ack     seq 1 ack 1 win 256\n"
      "0.2 10.0.0.1 > 10.0.0.2 tcp 8080 > 4242 psh,ack seq 1 ack 1 win 256 length 1000\n"
      "0.2 10.0.0.2 > 10.0.0.1 tcp 4242 > 8080 ack     seq 1 ack 1 win 256 sack 501-1001\n"
      "0.4 10.0.0.2 > 10.0.0.1 tcp 4242 > 8080 rst     seq 1000000\n"
      "0.5 10.0.0.2 > 10.0.0.1 tcp 4242 > 8080 rst     seq 1\n");
  ASSERT_TRUE(parsed.errors.empty()) << all_errors(parsed);
  const auto step = [&](std::size_t i) {
    return std::get<PacketStep>(parsed.scenario.steps[i].what).packet;
  };
  EXPECT_EQ(step(0).tcp_window, 65535);
  EXPECT_EQ(step(0).tcp_window_scale, 8);
  EXPECT_EQ(step(0).tcp_mss, 1000);
  EXPECT_TRUE(step(0).tcp_sack_permitted);
  EXPECT_EQ(step(2).tcp_window, 256);
  EXPECT_EQ(step(2).tcp_window_scale, -1);
  ASSERT_EQ(step(4).tcp_sack.size(), 1u);
  EXPECT_EQ(step(4).tcp_sack[0].right, 1001u);
}

TEST(Parser, ReadsChecks) {
  const ParsedScenario parsed = parse(
      "1 table empty\n"
      "1 entry \"icmp 1 30 src=... use=1 \"\n"
      "1 event none\n"
      "1 event NEW conn 1\n"
      "1 event DESTROY conn 2\n"
      "1 event DESTROY replied conn 3\n");
  ASSERT_TRUE(parsed.errors.empty()) << all_errors(parsed);
  const std::vector<Step>& steps = parsed.scenario.steps;
  EXPECT_EQ(std::get<TableCheck>(steps[0].what).entries, 0u);
  EXPECT_EQ(std::get<EntryCheck>(steps[1].what).line, "icmp 1 30 src=... use=1");
  EXPECT_FALSE(std::get<EventCheck>(steps[2].what).kind);
  EXPECT_EQ(std::get<EventCheck>(steps[3].what).kind, EventKind::new_);
  EXPECT_EQ(std::get<EventCheck>(steps[4].what).cause, DestroyCause::none);
  EXPECT_EQ(std::get<EventCheck>(steps[5].what).kind, EventKind::destroy);
  EXPECT_EQ(std::get<EventCheck>(steps[5].what).cause, DestroyCause::replied);
  EXPECT_EQ(std::get<EventCheck>(steps[5].what).connection, 3u);
}

TEST(Parser, KnowsEveryWordOfEveryKey) {
  for (const ExpectationKey& key : expectation_keys()) {
    if (key.words == nullptr) continue;
    const std::vector<std::string_view> values = key.words();
    for (const std::string_view value : values) {
      const PacketStep step =
          packet(fmt::format("0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => {} {}", key.name, value));
      ASSERT_EQ(step.expectations.size(), 1u) << key.name << " " << value;
      EXPECT_EQ(step.expectations[0].key, &key);
      EXPECT_EQ(step.expectations[0].value, value) << key.name;
    }
  }
}

TEST(Parser, ReadsOtherValuesInTheirForm) {
  const PacketStep step = packet(
      "0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => conn none about 7 rule \"filter FORWARD 3\" out none mark "
      "16");
  std::string values;
  for (const Expectation& expectation : step.expectations) values += expectation.value + "|";
  EXPECT_EQ(values, "none|7|filter FORWARD 3|none|0x10|");
}

// One line that is wrong, and what is said about it. Every message of the parser has a case.
struct Bad {
  std::string_view body;
  std::string_view error;
};

constexpr Bad kBad[] = {
    // statements
    {"profil tutorial", "x:2:1: unknown statement 'profil'; did you mean 'profile'?"},
    {"\"profile\" x", "x:2:1: expected a statement, not 'profile'"},
    {"entry \"x", "x:2:7: a quotation mark without its partner"},
    {"0 table empty\nset max=2",
     "x:3:1: expected a time in seconds, not 'set'; settings stand before the first time"},
    // settings
    {"profile", "x:2:8: expected a profile, not the end of the line"},
    {"profile linux-24", "x:2:9: unknown profile 'linux-24'; did you mean 'linux-2.4'?"},
    {"profile xyz", "x:2:9: unknown profile 'xyz'; it may be tutorial, linux-2.4, linux, strict"},
    {"profile tutorial now", "x:2:18: unexpected 'now': nothing may follow here"},
    {"profile tutorial\nprofile tutorial", "x:3:9: a second profile"},
    {"set max=2\nprofile tutorial",
     "x:3:9: 'profile' stands before the first 'set', or it undoes it"},
    {"set", "x:2:4: expected SWITCH=VALUE, not the end of the line"},
    {"set max 2", "x:2:5: expected SWITCH=VALUE, not 'max'"},
    {"set icmp_timeot=1", "x:2:5: unknown switch 'icmp_timeot'; did you mean 'icmp_timeout'?"},
    {"set icmp_timeout=x", "x:2:18: 'x' is not 0 to 2147483 seconds"},
    {"set max=0", "x:2:9: '0' is not 1 to 1073741824"},
    {"set error_ends=3,x", "x:2:16: '3,x' is not some of the ICMP types 3,4,5,11,12, or none"},
    {"rules", "x:2:6: expected a file of rules, not the end of the line"},
    {"rules office.rules", "x:2:7: no file is read here"},
    {"rules6 office.rules6 unsupported fail", "x:2:34: expected 'skip', not 'fail'"},
    // times and sides
    {"1.x 1.2.3.4 > 5.6.7.8 udp 1 > 2", "x:2:1: expected a time in seconds, not '1.x'"},
    {"0.1234567890 table empty", "x:2:1: expected a time in seconds, not '0.1234567890'"},
    {"1000000001 table empty", "x:2:1: expected a time in seconds, not '1000000001'"},
    {"2 table empty\n1.5 table empty", "x:3:1: time runs backwards"},
    {"0 lan 1.2.3.4 > 5.6.7.8 udp 1 > 2",
     "x:2:3: expected an IP address or a check, not 'lan'; sides are named by 'topology'"},
    // packets
    {"0", "x:2:2: expected an IP address, not the end of the line"},
    {"0 1.2.3.256 > 5.6.7.8 udp 1 > 2", "x:2:3: expected an IP address, not '1.2.3.256'"},
    {"0 1.2.3 > 5.6.7.8 udp 1 > 2", "x:2:3: expected an IP address, not '1.2.3'"},
    {"0 1.2.3.4 5.6.7.8", "x:2:11: expected '>', not '5.6.7.8'"},
    {"0 1.2.3.4 > 5.6.7.8.9", "x:2:13: expected an IP address, not '5.6.7.8.9'"},
    {"0 1.2.3.4 > 5.6.7.8 tpc", "x:2:21: unknown protocol 'tpc'; did you mean 'tcp'?"},
    {"0 1.2.3.4 > 5.6.7.8 ospf", "x:2:21: unknown protocol 'ospf'; did you mean 'esp'?"},
    {"0 1.2.3.4 > fd00::1 udp 1 > 2", "x:2:13: one address is of IPv4, the other of IPv6"},
    {"0 fd00::1 > fd00::g udp 1 > 2", "x:2:13: expected an IP address, not 'fd00::g'"},
    {"0 fd00::1 > fd00::2 icmp6 ehco-request",
     "x:2:27: unknown ICMPv6 type 'ehco-request'; did you mean 'echo-request'?"},
    {"0 fd00::1 > fd00::2 udp 1 > 2 ip-id 5",
     "x:2:31: in IPv6 'ip-id' goes with 'fragment' or 'fragments'"},
    {"0 1.2.3.4 > 5.6.7.8 sctp 1 > 2 intit",
     "x:2:32: unknown SCTP chunk 'intit'; did you mean 'init'?"},
    {"0 1.2.3.4 > 5.6.7.8 tcp 1 > 2 ack sack 5",
     "x:2:40: expected up to four SACK blocks, like 1000-2000,3000-4000, not '5'"},
    {"0 bytes", "x:2:8: expected bytes, two hexadecimal digits each, not the end of the line"},
    {"0 bytes 45 0", "x:2:12: expected bytes, two hexadecimal digits each, not '0'"},
    {"0 bytes 45 0x", "x:2:12: expected bytes, two hexadecimal digits each, not '0x'"},
    {"0 1.2.3.4 > 5.6.7.8 proto 256", "x:2:27: expected a protocol number (0 to 255), not '256'"},
    {"0 1.2.3.4 > 5.6.7.8 icmp", "x:2:25: expected an ICMP type, not the end of the line"},
    {"0 1.2.3.4 > 5.6.7.8 icmp ehco-request",
     "x:2:26: unknown ICMP type 'ehco-request'; did you mean 'echo-request'?"},
    {"0 1.2.3.4 > 5.6.7.8 icmp any", "x:2:26: unknown ICMP type 'any'"},
    {"0 1.2.3.4 > 5.6.7.8 icmp 256", "x:2:26: unknown ICMP type '256'"},
    {"0 1.2.3.4 > 5.6.7.8 icmp 3/256", "x:2:26: unknown ICMP type '3/256'"},
    {"0 1.2.3.4 > 5.6.7.8 tcp x > 2 syn", "x:2:25: expected a source port (0 to 65535), not 'x'"},
    {"0 1.2.3.4 > 5.6.7.8 tcp 1 2 syn", "x:2:27: expected '>', not '2'"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 65536",
     "x:2:29: expected a destination port (0 to 65535), not '65536'"},
    {"0 1.2.3.4 > 5.6.7.8 tcp 1 > 2", "x:2:30: expected TCP flags, not the end of the line"},
    {"0 1.2.3.4 > 5.6.7.8 tcp 1 > 2 syn,akc",
     "x:2:35: unknown TCP flag 'akc'; did you mean 'ack'?"},
    {"0 1.2.3.4 > 5.6.7.8 tcp 1 > 2 syn,",
     "x:2:35: unknown TCP flag ''; it may be fin, syn, rst, psh, ack, urg, ece, cwr"},
    // fields
    {"0 1.2.3.4 > 5.6.7.8 icmp ping sqe 1", "x:2:31: unknown word 'sqe'; did you mean 'seq'?"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 mtu 5", "x:2:31: 'mtu' does not go with udp"},
    {"0 1.2.3.4 > 5.6.7.8 proto 47 bad-checksum", "x:2:30: 'bad-checksum' does not go with proto"},
    {"0 1.2.3.4 > 5.6.7.8 icmp ping id 65536",
     "x:2:34: expected a number (0 to 65535), not '65536'"},
    {"0 1.2.3.4 > 5.6.7.8 icmp ping id -1", "x:2:34: expected a number (0 to 65535), not '-1'"},
    {"0 1.2.3.4 > 5.6.7.8 icmp 5 gateway 10.1", "x:2:36: expected an IPv4 address, not '10.1'"},
    {"0 1.2.3.4 > 5.6.7.8 icmp ping seq 1 seq 2",
     "x:2:37: 'seq' sets what a word before it has set"},
    {"0 1.2.3.4 > 5.6.7.8 icmp 3/4 seq 1 mtu 2",
     "x:2:36: 'mtu' sets what a word before it has set"},
    {"0 1.2.3.4 > 5.6.7.8 icmp host-unreachable code 2",
     "x:2:43: 'code' sets what a word before it has set"},
    {"0 1.2.3.4 > 5.6.7.8 icmp 3 quoting 1",
     "x:2:36: expected the number of a packet, like #1, or a packet in parentheses, not '1'"},
    {"0 1.2.3.4 > 5.6.7.8 icmp 3 quoting #0",
     "x:2:36: expected the number of a packet, like #1, or a packet in parentheses, not '#0'"},
    {"0 1.2.3.4 > 5.6.7.8 icmp 3 quoting #1",
     "x:2:36: '#1' does not come before this packet, which is #1"},
    {"0 1.2.3.4 > 5.6.7.8 icmp 3 cut 8", "x:2:28: 'cut' goes with 'quoting', behind it"},
    // expectations
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 drop drop", "x:2:36: expected '=>', not 'drop'"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 =>", "x:2:33: expected a key, not the end of the line"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => stat NEW",
     "x:2:34: unknown key 'stat'; did you mean 'state'?"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => state", "x:2:39: expected a state, not the end of the line"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => state new",
     "x:2:40: unknown state 'new'; did you mean 'NEW'?"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => reason open-udp",
     "x:2:41: unknown reason 'open-udp'; did you mean 'opens-udp'?"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => conn 0",
     "x:2:39: expected a connection (1 to 4294967295), not '0'"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => verdict PASS",
     "x:2:42: unknown verdict 'PASS'; it may be none, ACCEPT, DROP, REJECT"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => state NEW state NEW", "x:2:44: 'state' is expected twice"},
    // checks
    {"0 table full",
     "x:2:9: expected 'empty' or a number of entries (0 to 4294967295), not 'full'"},
    {"0 table 1 2", "x:2:11: unexpected '2': nothing may follow here"},
    {"0 entry icmp", "x:2:9: expected an entry in quotation marks, not 'icmp'"},
    {"0 entry \" \"", "x:2:9: expected an entry in quotation marks, not ' '"},
    {"0 event DESTROID conn 1", "x:2:9: unknown kind of event 'DESTROID'; did you mean 'DESTROY'?"},
    {"0 event NEW replied conn 1", "x:2:13: expected 'conn', not 'replied'"},
    {"0 event DESTROY conn x", "x:2:22: expected a connection (1 to 4294967295), not 'x'"},
    {"0 log x", "x:2:7: expected words of a line in quotation marks, or none, not 'x'"},
    {"0 nflog x", "x:2:9: expected a group (0 to 65535), not 'x'"},
    {"0 nflog 3 x", "x:2:11: expected a prefix in quotation marks, not 'x'"},
    {"0 nat DNAT", "x:2:7: expected a translation in quotation marks, or none, not 'DNAT'"},
    {"0 reject udp", "x:2:10: unknown answer 'udp'; it may be none, tcp-reset, icmp, icmp6"},
    {"0 reject icmp ehco-reply",
     "x:2:15: unknown ICMP type 'ehco-reply'; did you mean 'echo-reply'?"},
    {"0 reject none => state NEW", "x:2:15: unexpected '=>': nothing may follow here"},
    {"0 reject tcp-reset state NEW", "x:2:20: expected '=>', not 'state'"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => rule filter",
     "x:2:39: expected a rule in quotation marks, like \"filter FORWARD 3\", or none, not "
     "'filter'"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => out \"lan\"", "x:2:38: expected a side, or none, not 'lan'"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => mark x",
     "x:2:39: expected a mark (0 to 4294967295), not 'x'"},
    {"0 1.2.3.4 > 5.6.7.8 udp 1 > 2 => uncertain maybe",
     "x:2:44: unknown answer 'maybe'; it may be no, yes"},
    // what does not print
    {"profile a\x01\xff",
     "x:2:9: unknown profile 'a?"
     "?'; it may be tutorial, linux-2.4, linux, strict"},
    {"profile aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "x:2:9: unknown profile 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'; it may be tutorial, "
     "linux-2.4, linux, strict"},
};

TEST(Parser, TellsWhatIsWrongAndWhere) {
  for (const Bad& bad : kBad) {
    const ParsedScenario parsed = parse(bad.body);
    ASSERT_EQ(parsed.errors.size(), 1u) << bad.body << "\n" << all_errors(parsed);
    EXPECT_EQ(parsed.errors[0].text(), bad.error) << bad.body;
    EXPECT_EQ(parsed.errors[0].kind, ErrorKind::input);
  }
}

TEST(Parser, WantsItsHeader) {
  const auto error = [](std::string_view text) { return all_errors(parse_scenario(text, "x")); };
  const std::string begins = "a scenario begins with 'statewall-scenario 1'\n";
  EXPECT_EQ(error(""), "x:1:1: " + begins);
  EXPECT_EQ(error("# nothing else\n"), "x:1:1: " + begins);
  EXPECT_EQ(error("\n  profile tutorial\nwhat\never\n"), "x:2:3: " + begins);
  EXPECT_EQ(error("statewall-scenario\n"),
            "x:1:19: expected the version of the language (1 to 65535), not the end of the line\n");
  EXPECT_EQ(error("statewall-scenario 2\n?\n"),
            "x:1:20: version 2 of the language is not known, only 1\n");
  EXPECT_EQ(error("statewall-scenario 1 x\n"), "x:1:22: unexpected 'x': nothing may follow here\n");
}

TEST(Parser, TellsAllThatIsWrongAndKeepsTheNumbersOfPackets) {
  const ParsedScenario parsed = parse(
      "set max\n"
      "0 1.2.3.4 > 5.6.7.8 udp 1\n"
      "0 1.2.3.4 > 5.6.7.8 udp 1 > 2\n"
      "0 5.6.7.8 > 1.2.3.4 icmp 3/3 quoting #2\n"
      "0 table\n");
  EXPECT_EQ(all_errors(parsed),
            "x:2:5: expected SWITCH=VALUE, not 'max'\n"
            "x:3:26: expected '>', not the end of the line\n"
            "x:6:8: expected 'empty' or a number of entries (0 to 4294967295), not the end of the "
            "line\n");
}

TEST(Parser, CannotReadWhatIsNotThere) {
  const ParsedScenario parsed = load_scenario("no/such.scenario");
  ASSERT_EQ(parsed.errors.size(), 1u);
  EXPECT_EQ(parsed.errors[0].text(), "no/such.scenario: No such file or directory");
  EXPECT_EQ(parsed.errors[0].kind, ErrorKind::runtime);
}

}  // namespace
}  // namespace statewall
