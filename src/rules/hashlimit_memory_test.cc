#include "rules/hashlimit_memory.h"

#include <gtest/gtest.h>

#include "rules/testing.h"

namespace statewall::rules {
namespace {

using namespace statewall::testing;
using Limit = HashlimitMatch;
using Answer = HashlimitMemory::Answer;

HashlimitMatch limit(std::uint64_t average, std::uint32_t unit, HashlimitMatch match = {}) {
  match.average = average;
  match.unit = unit;
  if (match.mode == 0) match.mode = Limit::kSrcIp;
  return match;
}
HashlimitMatch bytes(std::uint64_t average, std::uint64_t burst = 0, HashlimitMatch match = {}) {
  match.bytes = true;
  match.burst = burst;
  return limit(average, 1, match);
}

class Hashlimit : public ::testing::Test {
 protected:
  /// How many of these packets are below the rate.
  int below(HashlimitMemory& memory, int packets, double at, Sample& sample) {
    sample.subject.now = seconds(at);
    int count = 0;
    for (int i = 0; i < packets; ++i) {
      const Answer answer = memory.test(sample.subject);
      EXPECT_NE(answer, Answer::drop);
      count += answer == Answer::below ? 1 : 0;
    }
    return count;
  }
  int below(const HashlimitMatch& match, int packets, double at, std::size_t size = 100) {
    Sample sample(ipv4(99, Octets(size - 20)));
    return below(memories.of(match, {{1, 2}}), packets, at, sample);
  }
  Answer ask(const HashlimitMatch& match, const Octets& packet) {
    Sample sample(packet);
    return memories.of(match, {{1, 2}}).test(sample.subject);
  }

  HashlimitMemories memories;
};

// The numbers of the next five tests are a kernel's.
TEST_F(Hashlimit, PacketsHaveABurstAndARate) {
  const HashlimitMatch match = limit(5, 60);
  EXPECT_EQ(below(match, 20, 0), 5);
  EXPECT_EQ(below(match, 20, 12), 1);
  EXPECT_EQ(below(match, 20, 36), 2);
}

TEST_F(Hashlimit, BytesHaveWhatASecondBrings) {
  const HashlimitMatch match = bytes(1024);
  EXPECT_EQ(below(match, 100, 0), 9);
  EXPECT_EQ(below(match, 100, 1.05), 9);
  EXPECT_EQ(below(match, 100, 1.6), 5);
  EXPECT_EQ(below(bytes(48, 0, {.name = "48"}), 60, 0, 20), 2);
  EXPECT_EQ(below(bytes(32, 0, {.name = "32"}), 60, 0, 20), 1);
  EXPECT_EQ(below(bytes(160, 0, {.name = "160"}), 60, 0, 20), 5);
  EXPECT_EQ(below(bytes(1000, 0, {.name = "1000"}), 60, 0, 20), 31);
}

TEST_F(Hashlimit, ABurstOfBytesIsUsedOnce) {
  const HashlimitMatch match = bytes(1024, 2048);
  EXPECT_EQ(below(match, 100, 0), 27);
  EXPECT_EQ(below(match, 100, 1.05), 9);
  EXPECT_EQ(below(match, 100, 2.1), 9);
}

TEST_F(Hashlimit, RateMatchCountsIntervals) {
  HashlimitMatch match = limit(7, 1, {.rate_match = true, .expire = 60'000});
  EXPECT_EQ(below(match, 30, 0), 12);
  EXPECT_EQ(below(match, 5, 1.3), 0) << "30 packets in 1.3 seconds were too many";
  EXPECT_EQ(below(match, 5, 2.6), 5);
  match = limit(1, 1, {.name = "2s", .rate_match = true, .expire = 60'000, .rate_interval = 2});
  EXPECT_EQ(below(match, 30, 0), 6);
  EXPECT_EQ(below(match, 5, 2.3), 0);
  EXPECT_EQ(below(match, 5, 4.6), 0) << "so were five in 2.3";
  match = limit(60, 60, {.name = "min", .rate_match = true, .expire = 60'000});
  EXPECT_EQ(below(match, 30, 0), 30) << "the unit does not count";
  EXPECT_EQ(below(match, 5, 1.3), 5);
}

TEST_F(Hashlimit, RateMatchOfBytes) {
  EXPECT_EQ(below(bytes(1024, 0, {.rate_match = true}), 30, 0), 10);
  EXPECT_EQ(below(bytes(1024, 0, {.rate_match = true}), 5, 1.1), 0);
  EXPECT_EQ(below(bytes(1024, 0, {.rate_match = true}), 5, 2.2), 5);
  EXPECT_EQ(below(bytes(1024, 3072, {.name = "b", .rate_match = true}), 50, 0), 30);
  EXPECT_EQ(below(bytes(1024, 3072, {.name = "b", .rate_match = true}), 5, 1.1), 0);
}

TEST_F(Hashlimit, EachHostHasItsOwn) {
  const HashlimitMatch match = limit(1, 60, {.burst = 2, .source_prefix_length = 24});
  Sample a(ipv4({.source = address("10.1.1.1"), .destination = kB, .protocol = 99}, {}));
  Sample neighbor(ipv4({.source = address("10.1.1.99"), .destination = kB, .protocol = 99}, {}));
  Sample b(ipv4({.source = address("10.1.2.1"), .destination = kB, .protocol = 99}, {}));
  HashlimitMemory& memory = memories.of(match, {{1, 2}});
  EXPECT_EQ(below(memory, 1, 0, a), 1);
  EXPECT_EQ(below(memory, 9, 0, neighbor), 1) << "of the same network";
  EXPECT_EQ(below(memory, 9, 0, b), 2);
}

TEST_F(Hashlimit, OneNameIsOneMemoryAndTheFirstRuleSaysWhich) {
  HashlimitMatch first = limit(1, 60, {.burst = 3});
  HashlimitMatch second = limit(100, 1, {.burst = 50, .mode = Limit::kDstIp});
  first.name = second.name = "s";
  EXPECT_EQ(below(first, 2, 0), 2);
  EXPECT_EQ(below(second, 9, 0), 1);
  second.name = "other";
  EXPECT_EQ(below(second, 9, 0), 9);
}

TEST_F(Hashlimit, PortsAndWhatStandsInTheirPlace) {
  const auto by_ports = [](const char* name) {
    return limit(1, 60, {.name = name, .burst = 1, .mode = Limit::kSrcPort | Limit::kDstPort});
  };
  const auto taken = [&](const char* name, const Octets& packet) {
    return ask(by_ports(name), packet) == Answer::below;
  };
  EXPECT_TRUE(taken("udp", ipv4(17, udp(1, 2))));
  EXPECT_TRUE(taken("udp", ipv4(17, udp(1, 3))));
  EXPECT_FALSE(taken("udp", ipv4(17, udp(1, 2))));
  EXPECT_TRUE(taken("esp", ipv4(50, hex("00000001 00000000"))));
  EXPECT_TRUE(taken("esp", ipv4(50, hex("00000002 00000000")))) << "the SPI";
  EXPECT_TRUE(taken("ah", ipv4(51, hex("3b040000 00000001 00000000"))));
  EXPECT_TRUE(taken("ah", ipv4(51, hex("3b040000 00000002 00000000")))) << "the SPI";
  EXPECT_TRUE(taken("gre", ipv4(47, hex("2001880b 00040001 00000001"))));
  EXPECT_FALSE(taken("gre", ipv4(47, hex("2001880b 00040002 00000001")))) << "has no ports";
  EXPECT_EQ(ask(by_ports("short"), ipv4(17, hex("0001 00"))), Answer::drop);
  EXPECT_EQ(ask(limit(1, 60, {.name = "host"}), ipv4(17, hex("0001 00"))), Answer::below);
}

// As this machine's kernel was found to do.
TEST_F(Hashlimit, Ipv6WithoutATransportIsDroppedWherePortsCount) {
  const HashlimitMatch by_ports = limit(9, 60, {.name = "six", .mode = Limit::kDstPort});
  EXPECT_EQ(ask(by_ports, ipv6(protocol::ipv6_no_next, Octets(8))), Answer::drop);
  EXPECT_EQ(ask(by_ports, ipv6(60, hex("3c"))), Answer::drop) << "no header tells what follows";
  EXPECT_EQ(ask(by_ports, ipv6(60, hex("0307"))), Answer::below) << "one tells, and has no ports";
  EXPECT_EQ(ask(by_ports, ipv6(44, hex("8400fff9 00000001"))), Answer::below) << "a later fragment";
  EXPECT_EQ(ask(limit(9, 60, {.name = "hosts"}), ipv6(protocol::ipv6_no_next, Octets(8))),
            Answer::below);
}

TEST_F(Hashlimit, WhoIsOneTooManyIsDropped) {
  const HashlimitMatch match =
      limit(1, 60, {.mode = Limit::kSrcPort, .size = 2, .max = 4, .expire = 5000});
  for (std::uint16_t port = 1; port <= 4; ++port) {
    EXPECT_EQ(ask(match, ipv4(17, udp(port, 2))), Answer::below) << port;
  }
  EXPECT_EQ(ask(match, ipv4(17, udp(5, 2))), Answer::drop);
  EXPECT_EQ(ask(match, ipv4(17, udp(4, 2))), Answer::below);
  HashlimitMatch larger = match;
  larger.name = "never less than its size";
  larger.size = 8;
  for (std::uint16_t port = 1; port <= 8; ++port) {
    EXPECT_EQ(ask(larger, ipv4(17, udp(port, 2))), Answer::below) << port;
  }
  EXPECT_EQ(ask(larger, ipv4(17, udp(9, 2))), Answer::drop);
}

TEST_F(Hashlimit, WhoIsSilentIsForgottenAndBeginsAnew) {
  EXPECT_EQ(below(limit(1, 3600, {.burst = 2, .expire = 10'000}), 9, 0), 2);
  EXPECT_EQ(below(limit(1, 3600, {.burst = 2, .expire = 10'000}), 9, 9.9), 0);
  EXPECT_EQ(below(limit(1, 3600, {.burst = 2, .expire = 10'000}), 9, 19.8), 0);
  EXPECT_EQ(below(limit(1, 3600, {.burst = 2, .expire = 10'000}), 9, 29.9), 2);
  // Where the rule does not say when, its unit does; of bytes, a time of their own.
  EXPECT_EQ(below(limit(1, 60, {.name = "u", .burst = 2}), 9, 0), 2);
  EXPECT_EQ(below(limit(1, 60, {.name = "u", .burst = 2}), 9, 59), 0);
  EXPECT_EQ(below(limit(1, 60, {.name = "u", .burst = 2}), 9, 120), 2);
  EXPECT_EQ(below(bytes(1024, 2048, {.name = "b"}), 99, 0), 27);
  EXPECT_EQ(below(bytes(1024, 2048, {.name = "b"}), 99, 59), 9);
  EXPECT_EQ(below(bytes(1024, 2048, {.name = "b"}), 99, 120), 27);
}

TEST_F(Hashlimit, NoRateIsTooHighOrTooLow) {
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  EXPECT_EQ(below(limit(kMost, 1, {.name = "1", .burst = kMost}), 50, 0), 50);
  EXPECT_EQ(below(limit(1, 0xffffffff, {.name = "2", .burst = 1}), 50, 0), 1);
  EXPECT_EQ(below(limit(0, 1, {.name = "3", .burst = 1}), 50, 0), 1);
  EXPECT_EQ(below(bytes(kMost, kMost, {.name = "4"}), 50, 0), 50);
  EXPECT_EQ(below(bytes(0, 0, {.name = "5"}), 50, 0), 1);
  EXPECT_EQ(below(bytes(kMost, 0, {.name = "6", .rate_match = true}), 50, 0), 50);
}

}  // namespace
}  // namespace statewall::rules
