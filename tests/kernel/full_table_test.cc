#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "kernel/kernel_tracker.h"
#include "replay/world.h"
#include "wire/testing.h"

// What cannot be equal packet for packet, since a hash with a secret key chooses: which connections
// a full table drops for new ones, and whether a chain of the hash table grows too long. Compared
// by the counters.

namespace statewall {
namespace {

using namespace testing;

std::uint32_t limit_of_this_machine() {
  std::uint32_t limit = 0;
  std::ifstream("/proc/sys/net/netfilter/nf_conntrack_max") >> limit;
  return limit;
}

/// Both sides, shown the same packets.
class FullTable : public ::testing::Test {
 protected:
  void SetUp() override {
    constexpr std::uint32_t most_that_is_filled_in_a_minute = 600'000;
    auto created = KernelTracker::create({});
    if (!created) GTEST_SKIP() << created.error().text();
    max_ = limit_of_this_machine();
    if (max_ == 0 || max_ > most_that_is_filled_in_a_minute) {
      GTEST_SKIP() << "no table of " << max_ << " (0: without limit) is filled in a minute";
    }
    kernel_.emplace(std::move(*created));
    WorldConfig config;
    config.profile = linux_6();
    config.profile.max = config.profile.buckets = max_;
    world_ = std::move(*World::create(config));
    world_->advance(0);
  }

  void pass(const Octets& packet) {
    const auto verdict = kernel_->pass({.bytes = packet, .number = ++number_});
    ASSERT_TRUE(verdict);
    const Observation observation = world_->pass(read_ip(packet)).observation;
    world_->take_events([](const Event&) {});
    if (verdict->state != observation.state) ++differing_;
    if (observation.state == State::none) ++without_state_;
  }

  /// The client of a flow; each address has 256 of them.
  static Address client(std::uint32_t flow) { return Address::ipv4(0x0b000000 | flow >> 8); }
  static std::uint16_t port(std::uint32_t flow) {
    return static_cast<std::uint16_t>(1 + flow % 256);
  }

  /// A datagram of a flow of its own.
  void open_udp(std::uint32_t flow) {
    const Ipv4Fields fields{.source = client(flow), .destination = kB, .protocol = protocol::udp};
    const Octets without_checksum = with(udp(port(flow), 53), 6, hex("0000"));
    pass(ipv4(fields, without_checksum));
  }

  /// A handshake, which makes the connection assured.
  void establish_tcp(std::uint32_t flow) {
    segment(flow, true, tcp_flag::syn);
    segment(flow, false, tcp_flag::syn | tcp_flag::ack);
    segment(flow, true, tcp_flag::ack);
  }

  void segment(std::uint32_t flow, bool from_client, std::uint8_t flags) {
    Address source = client(flow), destination = kB;
    TcpFields tcp{.source_port = port(flow), .destination_port = 80, .flags = flags};
    tcp.sequence = (flags & tcp_flag::syn) != 0 ? 0 : 1;
    tcp.acknowledgement = (flags & tcp_flag::ack) != 0 ? 1 : 0;
    if (!from_client) {
      std::swap(source, destination);
      std::swap(tcp.source_port, tcp.destination_port);
    }
    const Octets body =
        built([&](auto out) { return build_tcp(out, source, destination, tcp, {}); });
    pass(ipv4({.source = source, .destination = destination, .protocol = protocol::tcp}, body));
  }

  std::uint64_t there(std::string_view name) const {
    const auto counters = kernel_->counters();
    const auto found = std::ranges::find(*counters, name, &KernelTracker::Counter::name);
    return found == counters->end() ? ~std::uint64_t{0} : found->value;
  }

  std::uint32_t max_ = 0;
  std::optional<KernelTracker> kernel_;
  std::unique_ptr<World> world_;
  std::uint32_t number_ = 0;
  std::uint64_t differing_ = 0;      ///< packets with another state there
  std::uint64_t without_state_ = 0;  ///< packets for which there was no room
};

// G5. The kernel takes all of a bucket that may go, we one: it is a little below its limit.
TEST_F(FullTable, OldConnectionsGoForNewOnes) {
  const std::uint32_t more = max_ / 16;
  for (std::uint32_t flow = 0; flow < max_ + more; ++flow) open_udp(flow);
  EXPECT_EQ(differing_, 0u);
  EXPECT_EQ(without_state_, 0u);
  EXPECT_EQ(world_->size(), max_);
  EXPECT_EQ(world_->counters().evicted, more);
  EXPECT_NEAR(static_cast<double>(there("early_drop")), more, max_ / 100.0);
  EXPECT_NEAR(static_cast<double>(there("entries")), max_, max_ / 100.0);
  EXPECT_EQ(there("drop"), 0u);
  EXPECT_EQ(there("insert_failed"), 0u);  // no chain grew too long (G7)
}

// G6: nobody makes room for a new one, and its packet is dropped.
TEST_F(FullTable, AssuredConnectionsStay) {
  constexpr std::uint32_t more = 200;
  for (std::uint32_t flow = 0; flow < max_; ++flow) establish_tcp(flow);
  ASSERT_EQ(world_->size(), max_);
  ASSERT_EQ(there("entries"), max_);
  for (std::uint32_t flow = max_; flow < max_ + more; ++flow) open_udp(flow);
  EXPECT_EQ(differing_, 0u);
  EXPECT_EQ(without_state_, more);
  EXPECT_EQ(world_->counters().refused, more);
  EXPECT_EQ(there("drop"), more);
  EXPECT_EQ(world_->size(), max_);
  EXPECT_EQ(there("entries"), max_);
}

}  // namespace
}  // namespace statewall
