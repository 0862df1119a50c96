#include "service/import.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "kernel/kernel_tracker.h"
#include "report/table_text.h"
#include "service/service_testing.h"

namespace statewall {
namespace {

using namespace testing;

TEST(Import, CountsAndSaysWhere) {
  Import import("conntrack.txt");
  EXPECT_EQ(import.take(""), nullptr);
  const SavedConnection* saved =
      import.take("unknown 2 9 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1\r");
  ASSERT_NE(saved, nullptr);
  EXPECT_EQ(saved->time_left, 9000U);
  EXPECT_EQ(import.take("udp 17 9 src=here"), nullptr);
  EXPECT_EQ(import.take("EXPECTING: 1"), nullptr);
  EXPECT_EQ(import.take("EXPECTING: 2"), nullptr);
  EXPECT_EQ(import.connections(), 1U);
  EXPECT_EQ(import.wrong(), 1U);
  EXPECT_EQ(import.left_out()[static_cast<std::size_t>(LeftOut::expectation)], 2U);
  const auto errors = import.errors();
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].text(),
            "conntrack.txt:3:10: expected an IPv4 address\n  udp 17 9 src=here\n           "
            "^~~~~~~~");
}

TEST(Import, TellsOfAHundredErrors) {
  Import import("x");
  for (int i = 0; i < 150; ++i) import.take("what");
  EXPECT_EQ(import.wrong(), 150U);
  const auto errors = import.errors();
  ASSERT_EQ(errors.size(), 101U);
  EXPECT_EQ(errors.back().text(), "x: and 50 more errors");
}

struct Form {
  TableFormat format;
  ConntrackOutput output = {};
};

std::vector<std::string> lines_of(World& world, Nanoseconds now, const Form& form) {
  std::vector<std::string> lines;
  for (const Connection& connection : world.connections()) {
    lines.push_back(table_line(connection, now, form.format, form.output));
  }
  std::ranges::sort(lines);
  return lines;
}

/// A table that is printed, imported and printed again is the same.
void expect_same_again(const Profile& base, const Form& form) {
  Profile profile = base;
  profile.acct = form.format == TableFormat::conntrack ? 1 : 0;
  World world(profile);
  const Nanoseconds now = play_traffic(world, 11, 4000);
  while (!world.tracker().expire(now)) {
  }
  const auto lines = lines_of(world, now, form);
  ASSERT_GT(lines.size(), 50U);
  World other(profile);
  Import import("table");
  std::vector<std::string> expired;
  for (const std::string& line : lines) {
    const SavedConnection* saved = import.take(line);
    ASSERT_NE(saved, nullptr) << import.errors().front().text();
    const Restored outcome = other.tracker().restore(*saved, 0);
    if (outcome == Restored::expired) expired.push_back(line);
    EXPECT_EQ(outcome, saved->time_left == 0 ? Restored::expired : Restored::restored) << line;
  }
  std::vector<std::string> expected;
  std::ranges::set_difference(lines, expired, std::back_inserter(expected));
  EXPECT_EQ(lines_of(other, 0, form), expected);
}

TEST(Import, ATableThatIsPrintedAndImportedIsTheSame) {
  ConntrackOutput extended;
  extended.extended = true;
  for (const Profile& profile : {linux_6(), strict()}) {
    expect_same_again(profile, {TableFormat::nf_conntrack});
    expect_same_again(profile, {TableFormat::conntrack});
    expect_same_again(profile, {TableFormat::conntrack, extended});
  }
  expect_same_again(linux_2_4(), {TableFormat::ip_conntrack});
  expect_same_again(linux_2_4(), {TableFormat::tutorial});
}

// A download that ran through netfilter when Statewall took over: its windows are scaled, which the
// line does not tell, and it must neither stop nor fail to end.
TEST(Import, ADownloadGoesOn) {
  using namespace tcp_flag;
  World world(linux_6());
  Import import("nf_conntrack");
  const SavedConnection* saved = import.take(
      "ipv4     2 tcp      6 431999 ESTABLISHED src=192.168.1.6 dst=192.168.1.10 sport=5000 "
      "dport=80 src=192.168.1.10 dst=192.168.1.6 sport=80 dport=5000 [ASSURED] mark=9 zone=0 "
      "use=2");
  ASSERT_NE(saved, nullptr);
  ASSERT_EQ(world.tracker().restore(*saved, 0), Restored::restored);

  const auto pass = [&](Packet packet, std::uint16_t window, Reason reason) {
    packet.tcp.window = window;
    const Observation seen = world.pass(packet, seconds(1));
    EXPECT_EQ(seen.reason, reason);
    EXPECT_EQ(seen.mark, 9U);
  };
  std::uint32_t sequence = 0xfff00000;
  for (int burst = 0; burst < 100; ++burst) {
    // A window of 500 * 2^7 bytes is in use, though all that is seen is the 500.
    for (int i = 0; i < 40; ++i, sequence += 1400) {
      pass(segment(B, A, ack, sequence, 70'001, 1400), 500, Reason::reply_direction);
    }
    pass(segment(A, B, ack, 70'001, sequence), 500, Reason::after_reply);
  }
  pass(segment(B, A, fin | ack, sequence, 70'001), 500, Reason::reply_direction);
  pass(segment(A, B, fin | ack, 70'001, sequence + 1), 500, Reason::after_reply);
  pass(segment(B, A, ack, sequence + 1, 70'002), 500, Reason::reply_direction);
  const auto connections = world.connections();
  ASSERT_EQ(connections.size(), 1U);
  EXPECT_EQ(connections[0].tcp_state, TcpState::time_wait);
  EXPECT_EQ(connections[0].deadline, seconds(1 + 120));
}

// The line itself without its time, and without what only the writer of the line knows.
std::string timeless(const std::string& line) {
  std::string out;
  std::size_t word = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    const std::string text = line.substr(at, end - at);
    at = end + 1;
    if (text.empty()) continue;
    const bool left_out = ++word == 5 || text.starts_with("use=") ||
                          text.ends_with("timeout=30,") || text.starts_with("timeout=") ||
                          text.starts_with("stream_timeout=");
    if (!left_out) out += text + ' ';
  }
  return out;
}

// What the kernel of this machine tracks of generated traffic, taken over: the tables are the same.
TEST(Import, OfThisMachinesKernel) {
  auto kernel = KernelTracker::create({});
  if (!kernel) GTEST_SKIP() << kernel.error().text();
  TrafficMix mix;
  mix.fragmented = 0;
  Traffic traffic(5, mix);
  std::vector<std::uint8_t> bytes;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    traffic.next(bytes);
    ASSERT_TRUE(kernel->pass({.bytes = bytes, .number = i}));
  }
  for (const bool netlink : {false, true}) {
    const auto lines = netlink ? kernel->table_by_netlink() : kernel->table();
    ASSERT_TRUE(lines) << lines.error().text();
    ASSERT_GT(lines->size(), 50U);
    World world(linux_6());
    Import import("kernel");
    std::multiset<std::string> theirs, ours;
    for (const std::string& line : *lines) {
      const SavedConnection* saved = import.take(line);
      if (saved == nullptr) continue;
      EXPECT_EQ(world.tracker().restore(*saved, 0), Restored::restored) << line;
      theirs.insert(timeless(line));
    }
    EXPECT_EQ(import.wrong(), 0U) << import.errors().front().text();
    for (const Connection& connection : world.connections()) {
      ours.insert(timeless(table_line(connection, 0, TableFormat::nf_conntrack)));
    }
    EXPECT_EQ(ours, theirs);
  }
}

}  // namespace
}  // namespace statewall
