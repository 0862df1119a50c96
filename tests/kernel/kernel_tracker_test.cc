#include "kernel/kernel_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wire/testing.h"

// The driver of the kernel's own tracker, where there is one for us: root, with namespaces.

namespace statewall {
namespace {

using namespace testing;

const Octets kQuery = ipv4(protocol::icmp, icmp(8, 0, 0x12340001, hex("6162636465666768")));

Octets answer(const Octets& payload, std::uint8_t protocol = protocol::icmp) {
  return ipv4({.source = kB, .destination = kA, .protocol = protocol}, payload);
}

class KernelTrackerTest : public ::testing::Test {
 protected:
  void SetUp() override { begin({}); }

  void begin(const KernelConfig& config) {
    auto created = KernelTracker::create(config);
    if (!created) GTEST_SKIP() << created.error().text();
    kernel_.emplace(std::move(*created));
  }

  KernelVerdict pass(const Octets& packet, bool drop = false) {
    auto verdict = kernel_->pass({.bytes = packet, .number = ++number_, .drop = drop});
    if (verdict) return *verdict;
    ADD_FAILURE() << verdict.error().text();
    return {};
  }

  State state(const Octets& packet) { return pass(packet).state; }

  std::uint64_t counter(std::string_view name) const {
    const auto counters = kernel_->counters();
    const auto found = std::ranges::find(*counters, name, &KernelTracker::Counter::name);
    return found == counters->end() ? ~std::uint64_t{0} : found->value;
  }

  std::optional<KernelTracker> kernel_;
  std::uint32_t number_ = 0;
};

TEST_F(KernelTrackerTest, StatesAndDirections) {
  const KernelVerdict query = pass(kQuery);
  EXPECT_EQ(query.state, State::new_);
  EXPECT_EQ(query.direction, Direction::original);
  EXPECT_EQ(query.number, 1u);
  const KernelVerdict reply = pass(answer(icmp(0, 0, 0x12340001)));
  EXPECT_EQ(reply.state, State::established);
  EXPECT_EQ(reply.direction, Direction::reply);
  EXPECT_EQ(pass(kQuery).direction, Direction::original);
  const KernelVerdict error = pass(answer(icmp(3, 1, 0, kQuery)));
  EXPECT_EQ(error.state, State::related);
  EXPECT_EQ(error.direction, Direction::reply);
  EXPECT_EQ(pass(answer(icmp(0, 0, 0x99990001))).state, State::invalid);
}

TEST_F(KernelTrackerTest, ItsOwnWords) {
  const KernelVerdict verdict = pass(ipv4(protocol::icmp, icmp(42, 0, 0)));
  EXPECT_EQ(verdict.state, State::invalid);
  EXPECT_EQ(verdict.words, "nf_ct_proto_1: invalid icmp type");
}

TEST_F(KernelTrackerTest, ABrokenHeaderNeverReachesIt) {
  EXPECT_EQ(state(with(kQuery, 10, hex("ffff"))), State::none);
  EXPECT_EQ(state(first(kQuery, 10)), State::none);
  EXPECT_EQ(state({}), State::none);
  EXPECT_EQ(state(kQuery), State::new_);
}

TEST_F(KernelTrackerTest, ADroppedPacketOpensNothing) {
  EXPECT_EQ(pass(kQuery, true).state, State::new_);
  EXPECT_EQ(state(answer(icmp(0, 0, 0x12340001))), State::invalid);
  EXPECT_TRUE(kernel_->table()->empty());
}

TEST_F(KernelTrackerTest, Fragments) {
  const Octets message = udp(1, 2, Octets(24));
  Ipv4Fields fields{.source = kA, .destination = kB, .protocol = protocol::udp, .id = 7};
  fields.fragment_offset = 16;
  const KernelVerdict held = pass(ipv4(fields, Octets(message.begin() + 16, message.end())));
  EXPECT_EQ(held.state, State::none);
  EXPECT_TRUE(held.fragment);
  fields.fragment_offset = 0;
  fields.more_fragments = true;
  const KernelVerdict whole = pass(ipv4(fields, first(message, 16)));
  EXPECT_EQ(whole.state, State::new_);
  EXPECT_TRUE(whole.fragment);
  EXPECT_FALSE(pass(kQuery).fragment);
}

TEST_F(KernelTrackerTest, Ipv6) {
  EXPECT_EQ(state(ipv6(253, Octets(8))), State::new_);
  EXPECT_EQ(state(with(ipv6(253, Octets(8)), 4, hex("1000"))), State::none);
  const auto table = kernel_->table();
  ASSERT_EQ(table->size(), 1u);
  EXPECT_TRUE(table->front().starts_with("ipv6     10 unknown  253 ")) << table->front();
}

TEST_F(KernelTrackerTest, TableAndCounters) {
  pass(kQuery);
  pass(answer(icmp(0, 0, 0x99990001)));
  const auto table = kernel_->table();
  ASSERT_EQ(table->size(), 1u);
  EXPECT_NE(table->front().find("type=8 code=0 id=4660 [UNREPLIED]"), std::string::npos)
      << table->front();
  EXPECT_EQ(counter("entries"), 1u);
  EXPECT_EQ(counter("invalid"), 1u);
}

/// Without what netlink does not tell, or tells otherwise, and the seconds, which pass.
std::vector<std::string> without_uses(std::vector<std::string> lines) {
  for (std::string& line : lines) {
    const std::size_t passed = line.find(" 999999 ");
    if (passed != line.npos) line.replace(passed, 8, " 1000000 ");
    line.resize(line.rfind(" use="));
    const std::size_t begin = line.find("timeout="), end = line.find("src=");
    if (begin < end) line.erase(begin, end - begin);
  }
  std::ranges::sort(lines);
  return lines;
}

TEST_F(KernelTrackerTest, NetlinkTellsTheSameTable) {
  KernelConfig config;
  config.settings = {{"nf_conntrack_acct", "1"}};
  begin(config);
  for (const int number : {1, 6, 17, 33, 47, 132, 136, 253}) {
    const auto protocol = static_cast<std::uint8_t>(number);
    Octets transport = protocol == protocol::icmp  ? icmp(13, 0, 0x12340001, Octets(12))
                       : protocol == protocol::udp ? udp(1000, 2000)
                                                   : Octets(20);
    if (protocol == protocol::tcp) {
      transport = tcp({.source_port = 1, .destination_port = 2, .flags = tcp_flag::syn});
    }
    pass(ipv4(protocol, transport));
    if (protocol != protocol::tcp) pass(ipv6(protocol, transport));
  }
  pass(answer(icmp(14, 0, 0x12340001, Octets(12))));
  for (int i = 0; i < 2; ++i) {
    pass(answer(built([](auto out) { return build_udp(out, kB, kA, 2000, 1000, {}); }), 17));
  }
  const auto table = kernel_->table();
  EXPECT_GE(table->size(), 6u);
  EXPECT_EQ(without_uses(*table), without_uses(*kernel_->table_by_netlink()));
}

TEST_F(KernelTrackerTest, Reset) {
  pass(kQuery);
  pass(answer(icmp(0, 0, 0x99990001)));
  EXPECT_TRUE(*kernel_->reset());
  EXPECT_TRUE(kernel_->table()->empty());
  EXPECT_EQ(counter("invalid"), 0u);
  EXPECT_EQ(state(kQuery), State::new_);
  pass(ipv4({.source = kA, .destination = kB, .protocol = 17, .more_fragments = true}, Octets(8)));
  EXPECT_FALSE(*kernel_->reset());
  EXPECT_EQ(kernel_->table()->size(), 1u);
}

TEST_F(KernelTrackerTest, TheLongestPackets) {
  Octets longest = ipv4(253, Octets(65515));
  EXPECT_EQ(state(longest), State::new_);
  EXPECT_EQ(state(ipv6(253, Octets(65535))), State::new_);
  // What follows IP's own length.
  longest = kQuery;
  longest.resize(longest.size() + 100);
  EXPECT_EQ(state(longest), State::new_);
}

TEST_F(KernelTrackerTest, SettingsAreThoseOfItsOwnNamespace) {
  const Octets segment = tcp({.source_port = 1, .destination_port = 2, .flags = tcp_flag::ack});
  EXPECT_EQ(state(ipv4(protocol::tcp, segment)), State::new_);
  KernelConfig config;
  config.settings = {{"nf_conntrack_tcp_loose", "0"}, {"nf_conntrack_acct", "1"}};
  const auto other = std::move(kernel_);  // both live
  begin(config);
  EXPECT_EQ(state(ipv4(protocol::tcp, segment)), State::invalid);
  EXPECT_EQ(counter("entries"), 0u);
  pass(kQuery);
  EXPECT_NE(kernel_->table()->front().find("packets=1 bytes="), std::string::npos);
  EXPECT_TRUE(kernel_->unknown_settings().empty());
  config.settings = {{"nf_conntrack_no_such", "1"}, {"nf_conntrack_max", "1"}};
  begin(config);
  EXPECT_EQ(kernel_->unknown_settings().size(), 2u);
  config.settings = {{"nf_conntrack_tcp_loose", "much"}};
  EXPECT_FALSE(KernelTracker::create(config));
}

TEST_F(KernelTrackerTest, TimeoutsMayBeTheKernelsOwn) {
  KernelConfig config;
  config.raise_timeouts = false;
  config.settings = {{"nf_conntrack_icmp_timeout", "1"}};
  begin(config);
  pass(kQuery);
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(state(answer(icmp(0, 0, 0x12340001))), State::invalid);
}

TEST_F(KernelTrackerTest, NothingOfItsOwnIsSaid) {
  for (int i = 0; i < 2000; ++i) pass(kQuery);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(kernel_->table()->size(), 1u);
  EXPECT_EQ(pass(kQuery).number, number_);
}

}  // namespace
}  // namespace statewall
