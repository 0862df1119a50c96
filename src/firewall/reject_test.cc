#include "firewall/reject.h"

#include <gtest/gtest.h>

#include "firewall/testing.h"
#include "wire/checksum.h"

namespace statewall {
namespace {

using namespace testing;
using rules::RejectTarget;

std::string rejecting(std::string_view with, std::string_view match = "") {
  return filter("-A FORWARD " + std::string(match) + " -j REJECT --reject-with " +
                std::string(with));
}

// H15.
TEST(Reject, EveryTypeOfIpv4) {
  struct Case {
    const char* with;
    std::uint8_t code;
  };
  for (const Case& c : {Case{"icmp-net-unreachable", 0}, Case{"icmp-host-unreachable", 1},
                        Case{"icmp-proto-unreachable", 2}, Case{"icmp-port-unreachable", 3},
                        Case{"icmp-net-prohibited", 9}, Case{"icmp-host-prohibited", 10},
                        Case{"icmp-admin-prohibited", 13}}) {
    Gate gate(rejecting(c.with));
    EXPECT_EQ(gate.verdict(datagram(kA, kB)), Verdict::reject);
    const Packet answer = read_ip(gate.answer());
    EXPECT_EQ(answer.error, WireError::none);
    EXPECT_EQ(answer.l4_checksum, Checksum::good);
    EXPECT_EQ(answer.headers.icmp_type, 3);
    EXPECT_EQ(answer.headers.icmp_code, c.code) << c.with;
  }
}

TEST(Reject, EveryTypeOfIpv6) {
  struct Case {
    const char* with;
    std::uint8_t code;
  };
  const Address from = address("fd00:1::5"), to = address("fd00:2::5");
  const Octets packet = built([&](auto out) {
    Octets datagram(8);
    build_udp(datagram, from, to, 1, 2, {});
    return build_ipv6(out, {.source = from, .destination = to, .next_header = 17}, datagram);
  });
  for (const Case& c : {Case{"icmp6-no-route", 0}, Case{"icmp6-adm-prohibited", 1},
                        Case{"icmp6-addr-unreachable", 3}, Case{"icmp6-port-unreachable", 4},
                        Case{"icmp6-policy-fail", 5}, Case{"icmp6-reject-route", 6}}) {
    Gate gate("", linux_6(), rejecting(c.with));
    EXPECT_EQ(gate.verdict(packet), Verdict::reject);
    const Packet answer = read_ip(gate.answer());
    EXPECT_EQ(answer.error, WireError::none);
    EXPECT_EQ(answer.l4_checksum, Checksum::good);
    EXPECT_EQ(answer.headers.source, address("fd00:1::1")) << "towards the sender";
    EXPECT_EQ(answer.headers.destination, from);
    EXPECT_EQ(answer.headers.icmp_type, 1);
    EXPECT_EQ(answer.headers.icmp_code, c.code) << c.with;
    EXPECT_EQ(answer.quote.headers.ttl, 63) << "as the router has counted it";
  }
}

// H18.
TEST(Reject, TheFormOfAnError) {
  Gate gate(rejecting("icmp-port-unreachable"));
  Octets packet = ipv4({.source = kA, .destination = kB, .protocol = 50, .tos = 0x1c}, Octets(900));
  gate.handle(packet);
  Octets answer = gate.answer();
  ASSERT_EQ(answer.size(), 576u) << "548 bytes of the packet";
  const Bytes bytes{std::span<const std::uint8_t>(answer)};
  EXPECT_EQ(bytes.u8(1), 0xdc) << "precedence 6, the packet's TOS";
  EXPECT_EQ(bytes.u16(6), 0) << "may be fragmented";
  EXPECT_EQ(bytes.u8(8), 64);
  EXPECT_EQ(bytes.ipv4(12), kLan);
  EXPECT_EQ(bytes.ipv4(16), kA);
  EXPECT_EQ(bytes.u8(28 + 8), 63) << "of the quote";
  packet[8] = 63;
  Octets quote(answer.begin() + 28, answer.end());
  quote[10] = quote[11] = packet[10] = packet[11] = 0;
  EXPECT_EQ(quote, first(packet, 548));
  EXPECT_EQ(read_ip(answer).quote.ip_checksum, Checksum::good);

  Gate classic(rejecting("icmp-port-unreachable"), linux_2_4());
  classic.handle(datagram(kA, kB));
  EXPECT_EQ(read_ip(classic.answer()).headers.ttl, 255);
}

TEST(Reject, AnErrorAboutAPacketToTheFirewallComesFromWhereThatWent) {
  Gate gate(filter("-A INPUT -j REJECT"));
  gate.handle(datagram(kA, kWan));
  EXPECT_EQ(read_ip(gate.answer()).headers.source, kWan);
}

TEST(Reject, WithoutATopologyItComesFromThePacketsDestination) {
  Sample sample(datagram(kA, kB));
  std::array<std::uint8_t, kLongestAnswer> out;
  const std::size_t size = write_answer(out, RejectTarget{}, sample.subject, true);
  ASSERT_NE(size, 0u);
  EXPECT_EQ(read_ip(std::span(out).first(size)).headers.source, kB);
}

TEST(Reject, AReset) {
  for (const Profile* profile : {&linux_6(), &linux_2_4()}) {
    Gate gate(rejecting("tcp-reset", "-p tcp"), *profile);
    gate.handle(segment(kA, kB,
                        {.source_port = 1000,
                         .destination_port = 80,
                         .sequence = 500,
                         .flags = tcp_flag::syn | tcp_flag::fin},
                        Octets(7)));
    const Octets answer = gate.answer();
    ASSERT_EQ(answer.size(), 40u);
    const Bytes bytes{std::span<const std::uint8_t>(answer)};
    EXPECT_EQ(bytes.u16(4), 0) << "its id";
    EXPECT_EQ(bytes.u16(6), 0x4000) << "not to be fragmented";
    EXPECT_EQ(bytes.u8(8), profile == &linux_6() ? 64 : 255);
    const Packet packet = read_ip(answer);
    EXPECT_EQ(packet.error, WireError::none);
    EXPECT_EQ(packet.l4_checksum, Checksum::good);
    EXPECT_EQ(packet.headers.source, kB);
    EXPECT_EQ(packet.headers.source_port, 80);
    EXPECT_EQ(packet.headers.destination_port, 1000);
    EXPECT_EQ(packet.tcp.flags, tcp_flag::rst | tcp_flag::ack);
    EXPECT_EQ(packet.tcp.sequence, 0u);
    EXPECT_EQ(packet.tcp.acknowledgement, 500u + 7 + 2) << "SYN and FIN count";
  }
}

TEST(Reject, AResetToASegmentWithAck) {
  Gate gate(rejecting("tcp-reset", "-p tcp"));
  gate.handle(segment(kA, kB, {.sequence = 500, .acknowledgement = 900, .flags = tcp_flag::ack}));
  const Packet packet = read_ip(gate.answer());
  EXPECT_EQ(packet.tcp.flags, tcp_flag::rst);
  EXPECT_EQ(packet.tcp.sequence, 900u);
}

// As this machine's kernel was found to count.
TEST(Reject, AResetToALyingDataOffsetCountsBackwards) {
  Octets packet = segment(kA, kB, {.sequence = 500, .flags = tcp_flag::syn}, Octets(7));
  const auto tcp = std::span(packet).subspan(20);
  tcp[12] = 0xf0;  // a header of 60 bytes, where there are 27
  tcp[16] = tcp[17] = 0;
  InternetSum sum = pseudo_header(kA, kB, protocol::tcp, 27);
  sum.add(Bytes(std::span<const std::uint8_t>(tcp)));
  tcp[16] = static_cast<std::uint8_t>(sum.checksum() >> 8);
  tcp[17] = static_cast<std::uint8_t>(sum.checksum());
  Gate gate(rejecting("tcp-reset", "-p tcp"));
  gate.handle(packet);
  EXPECT_EQ(read_ip(gate.answer()).tcp.acknowledgement, 500u + 27 - 60 + 1);
}

TEST(Reject, APacketThatHasNoAnswerIsDroppedAllTheSame) {
  Gate gate(rejecting("icmp-port-unreachable"));
  EXPECT_EQ(gate.verdict(message(kA, kB, 3, 1, 0, datagram(kB, kA))), Verdict::reject);
  EXPECT_TRUE(gate.answer().empty());
  EXPECT_EQ(gate.verdict(pong(kA, kB)), Verdict::reject);
  EXPECT_FALSE(gate.answer().empty()) << "an INVALID echo reply may be answered";
}

TEST(Reject, KernelsTwoFourSendOneErrorASecondToEachHost) {
  Gate gate(rejecting("icmp-port-unreachable"), linux_2_4());
  const auto answers = [&](const Address& from, int packets, double at) {
    int count = 0;
    for (int i = 0; i < packets; ++i) {
      EXPECT_EQ(gate.verdict(datagram(from, kB), at), Verdict::reject);
      count += gate.answer().empty() ? 0 : 1;
    }
    return count;
  };
  EXPECT_EQ(answers(kA, 10, 0), 6);
  EXPECT_EQ(answers(address("192.168.1.7"), 10, 0), 6) << "another host";
  EXPECT_EQ(answers(kA, 10, 1), 1);
  EXPECT_EQ(answers(kA, 10, 4.5), 3);
  Gate modern(rejecting("icmp-port-unreachable"));
  for (int i = 0; i < 20; ++i) {
    modern.handle(datagram(kA, kB));
    EXPECT_FALSE(modern.answer().empty());
  }
}

TEST(Reject, TheAnswerIsRelatedAndGoesItsOwnWay) {
  Gate gate(
      filter("-A FORWARD -p udp -j REJECT\n-A OUTPUT -m state --state RELATED -m conntrack "
             "--ctproto udp -j ACCEPT\n-A OUTPUT -j DROP"));
  gate.handle(datagram(kA, kB));
  Decision answer = gate.handle_answer();
  EXPECT_EQ(answer.observation.state, State::related);
  EXPECT_EQ(answer.way, rules::Hook::output);
  EXPECT_EQ(answer.out, "lan");
  EXPECT_EQ(gate.where(answer), "filter OUTPUT 1");
  EXPECT_EQ(gate.connections(), 0u) << "the connection itself was refused";
  EXPECT_TRUE(gate.answer().empty());
}

TEST(Reject, TheAnswerMayBeDropped) {
  Gate gate(filter("-A FORWARD -p udp -j REJECT\n-A OUTPUT -p icmp -j DROP"));
  gate.handle(datagram(kA, kB));
  EXPECT_EQ(gate.handle_answer().verdict, Verdict::drop);
}

TEST(Reject, AnErrorAboutAnOpenConnectionEndsItWhereErrorsDo) {
  const std::string rules =
      filter("-A FORWARD -p udp -m length --length 100: -j REJECT\n-A OUTPUT -j ACCEPT");
  struct Case {
    const Profile& profile;
    std::size_t left;
  };
  for (const Case& c : {Case{tutorial(), 0}, Case{linux_6(), 1}, Case{linux_2_4(), 1}}) {
    Gate gate(rules, c.profile);
    gate.handle(datagram(kA, kB));
    gate.handle(datagram(kB, kA, 2000, 1000));
    const Decision refused = gate.handle(datagram(kA, kB, 1000, 2000, Octets(200)));
    EXPECT_EQ(refused.observation.state, State::established);
    EXPECT_EQ(gate.connections(), 1u);
    const Decision answer = gate.handle_answer();
    EXPECT_EQ(answer.observation.state, State::related) << c.profile.name;
    EXPECT_EQ(answer.observation.connection, refused.observation.connection);
    EXPECT_EQ(gate.connections(), c.left) << c.profile.name;
  }
}

TEST(Reject, AResetAboutAnOpenConnectionClosesItInNewerKernels) {
  const std::string rules =
      filter("-A FORWARD -p tcp -m length --length 100: -j REJECT --reject-with tcp-reset");
  Gate gate(rules);
  gate.handle(segment(kA, kB, {.sequence = 1, .flags = tcp_flag::syn}));
  gate.handle(segment(
      kB, kA, {.sequence = 7, .acknowledgement = 2, .flags = tcp_flag::syn | tcp_flag::ack}));
  gate.handle(
      segment(kA, kB, {.sequence = 2, .acknowledgement = 8, .flags = tcp_flag::ack}, Octets(90)));
  ASSERT_FALSE(gate.answer().empty());
  EXPECT_EQ(gate.handle_answer().observation.state, State::related);
  ASSERT_EQ(gate.connections(), 1u);
  EXPECT_EQ(gate.world.connections()[0].tcp_state, TcpState::close);
}

}  // namespace
}  // namespace statewall
