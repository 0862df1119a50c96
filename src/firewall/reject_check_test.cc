#include "firewall/reject_check.h"

#include <gtest/gtest.h>

#include "firewall/testing.h"

// H17: what REJECT leaves without an answer.

namespace statewall {
namespace {

using namespace testing;

const Octets kToAll = hex("ffffffffffff 0200000000aa 0800");

bool error_answers(const Octets& packet, bool modern = true, const Octets& frame = {}) {
  Sample sample(packet, frame);
  sample.topology = Gate::topology();
  return answers_error(sample.subject, modern);
}
bool reset_answers(const Octets& packet) {
  Sample sample(packet);
  sample.topology = Gate::topology();
  return answers_reset(sample.subject);
}

Octets to(const Address& destination, const Octets& payload = udp(1, 2)) {
  return ipv4({.source = kA, .destination = destination, .protocol = 253}, payload);
}

TEST(RejectCheck, ErrorsAnswerMostPackets) {
  for (const bool modern : {true, false}) {
    EXPECT_TRUE(error_answers(datagram(kA, kB), modern));
    EXPECT_TRUE(error_answers(segment(kA, kB, {.flags = tcp_flag::syn}), modern));
    EXPECT_TRUE(error_answers(segment(kA, kB, {.flags = tcp_flag::rst}), modern));
    EXPECT_TRUE(error_answers(ipv4(50, Octets(8)), modern));
  }
}

TEST(RejectCheck, LaterFragmentsHaveNoAnswer) {
  const Octets later =
      ipv4({.source = kA, .destination = kB, .protocol = 17, .fragment_offset = 8}, udp(1, 2));
  const Octets head =
      ipv4({.source = kA, .destination = kB, .protocol = 50, .more_fragments = true}, Octets(16));
  for (const bool modern : {true, false}) {
    EXPECT_FALSE(error_answers(later, modern));
    EXPECT_TRUE(error_answers(head, modern));
  }
  EXPECT_FALSE(reset_answers(
      ipv4({.source = kA, .destination = kB, .protocol = 6, .fragment_offset = 8}, tcp({}))));
}

TEST(RejectCheck, OnlyIcmpThatIsNoErrorHasAnAnswer) {
  for (int type = 0; type < 256; ++type) {
    const bool answered = type == 0 || type == 8 || (type >= 13 && type <= 18);
    const Octets packet = ipv4(1, icmp(static_cast<std::uint8_t>(type), 0, 0, Octets(28)));
    EXPECT_EQ(error_answers(packet), answered) << type;
    EXPECT_EQ(error_answers(packet, false), answered) << type;
  }
  EXPECT_FALSE(error_answers(ipv4(1, {}))) << "nobody can tell";
}

TEST(RejectCheck, OnlyIcmpv6ThatInformsHasAnAnswer) {
  const Address a = address("2001:db8::1"), b = address("2001:db8::2");
  for (int type = 0; type < 256; ++type) {
    Octets message(64);
    message.resize(build_icmpv6(message, a, b, static_cast<std::uint8_t>(type), 0, 0, Octets(48)));
    EXPECT_EQ(error_answers(ipv6(58, message)), type >= 128) << type;
  }
}

TEST(RejectCheck, WhatWentToManyHasNoAnswer) {
  for (const char* many : {"255.255.255.255", "192.168.1.255", "224.0.0.1"}) {
    EXPECT_FALSE(error_answers(to(address(many)))) << many;
    EXPECT_FALSE(reset_answers(segment(kA, address(many), {.flags = tcp_flag::syn}))) << many;
  }
  EXPECT_FALSE(error_answers(datagram(kA, kB), true, kToAll)) << "in a frame to all";
  EXPECT_TRUE(error_answers(datagram(kA, kB), true, hex("020000000001 0200000000aa 0800")));
  EXPECT_FALSE(error_answers(with(ipv6(50, Octets(8)), 24, hex("ff02"))));
  EXPECT_FALSE(error_answers(with(ipv6(50, Octets(8)), 8, Octets(16)))) << "from nobody";
}

TEST(RejectCheck, AWrongChecksumHasNoAnswer) {
  const Octets udp_wrong = with(datagram(kA, kB), 26, hex("1234"));
  const Octets tcp_wrong = with(segment(kA, kB, {.flags = tcp_flag::syn}), 36, hex("1234"));
  EXPECT_FALSE(error_answers(udp_wrong));
  EXPECT_FALSE(error_answers(udp_wrong, false));
  EXPECT_TRUE(error_answers(with(datagram(kA, kB), 26, hex("0000")))) << "it has none";
  EXPECT_FALSE(error_answers(tcp_wrong));
  EXPECT_TRUE(error_answers(tcp_wrong, false)) << "kernels 2.4 look at UDP alone";
  EXPECT_FALSE(error_answers(with(ping(kA, kB), 22, hex("1234"))));
  EXPECT_TRUE(error_answers(with(ping(kA, kB), 22, hex("1234")), false));
  EXPECT_FALSE(reset_answers(tcp_wrong));
}

TEST(RejectCheck, KernelsTwoFourDoNotAnswerPacketsWithOptions) {
  const Octets options = hex("94040000");
  const Octets packet =
      ipv4({.source = kA, .destination = kB, .protocol = 50, .options = options}, Octets(8));
  EXPECT_TRUE(error_answers(packet));
  EXPECT_FALSE(error_answers(packet, false));
}

TEST(RejectCheck, ResetsAnswerTcpThatIsNoReset) {
  EXPECT_TRUE(reset_answers(segment(kA, kB, {.flags = tcp_flag::syn})));
  EXPECT_TRUE(reset_answers(segment(kA, kB, {.flags = tcp_flag::ack})));
  EXPECT_FALSE(reset_answers(segment(kA, kB, {.flags = tcp_flag::rst})));
  EXPECT_FALSE(reset_answers(segment(kA, kB, {.flags = tcp_flag::rst | tcp_flag::ack})));
  EXPECT_FALSE(reset_answers(datagram(kA, kB)));
  EXPECT_FALSE(reset_answers(ipv4(6, Octets(19))));
}

}  // namespace
}  // namespace statewall
