#include "replay/chart_builder.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "wire/testing.h"

namespace statewall {
namespace {

using namespace testing;
using Kind = ChartRow::Kind;

constexpr Nanoseconds kSecond = kNanosecondsPerSecond;
constexpr Address kClient = Address::ipv4(0xc0a80106);  // 192.168.1.6
constexpr Address kServer = Address::ipv4(0x0a00010a);  // 10.0.1.10
constexpr Address kRouter = Address::ipv4(0x0a000002);  // 10.0.0.2

Octets between(const Address& source, const Address& destination, std::uint8_t protocol,
               const Octets& payload) {
  return ipv4({.source = source, .destination = destination, .protocol = protocol}, payload);
}
Octets query(std::uint16_t id, const Address& destination = kServer) {
  return between(kClient, destination, protocol::icmp, icmp(8, 0, std::uint32_t{id} << 16 | 1));
}
Octets reply(std::uint16_t id) {
  return between(kServer, kClient, protocol::icmp, icmp(0, 0, std::uint32_t{id} << 16 | 1));
}
Octets unreachable(const Octets& quoted) {
  return between(kRouter, kClient, protocol::icmp, icmp(3, 1, 0, quoted));
}

/// A capture that is played as it is written.
class Capture {
 public:
  explicit Capture(ChartOptions options = {}, const Profile& profile = tutorial())
      : world_(std::move(*World::create({.profile = profile}))), builder_(*world_, options) {}

  Capture& at(Nanoseconds time, const Octets& octets) {
    builder_.pass(++frames_, time, read(octets));
    return *this;
  }
  Chart chart() { return builder_.finish(); }

 private:
  std::unique_ptr<World> world_;
  ChartBuilder builder_;
  std::uint64_t frames_ = 0;
};

std::vector<Kind> kinds(const Chart& chart) {
  std::vector<Kind> all;
  for (const ChartRow& row : chart.rows) all.push_back(row.kind);
  return all;
}

TEST(ChartBuilder, APing) {
  const Chart chart = Capture({.name = "some/where/ping.pcap", .settings = "profile tutorial"})
                          .at(5 * kSecond, query(7))
                          .at(5 * kSecond + 1, reply(7))
                          .chart();
  EXPECT_EQ(chart.name, "ping.pcap");
  ASSERT_EQ(chart.lifelines.size(), 2u);
  EXPECT_EQ(chart.lifelines[0].name, "192.168.1.6");
  EXPECT_EQ(chart.lifelines[0].side, Side::left);
  EXPECT_EQ(chart.lifelines[1].name, "10.0.1.10");
  EXPECT_EQ(chart.lifelines[1].side, Side::right);
  ASSERT_EQ(kinds(chart), (std::vector{Kind::packet, Kind::packet}));
  const ChartPacket& asked = chart.rows[0].packet;
  EXPECT_EQ(asked.label, "ICMP echo request, id 7, seq 1");
  EXPECT_EQ(asked.state, State::new_);
  EXPECT_TRUE(asked.opens);
  EXPECT_EQ(asked.timeout, 30u);
  EXPECT_EQ(asked.reason, "opens connection 1 with an echo query");
  const ChartPacket& answered = chart.rows[1].packet;
  EXPECT_EQ(chart.rows[1].time, 1u);
  EXPECT_EQ(answered.frame, 2u);
  EXPECT_EQ(answered.from, asked.to);
  EXPECT_EQ(answered.state, State::established);
  EXPECT_EQ(answered.ends, DestroyCause::replied);
  ASSERT_EQ(chart.lives.size(), 1u);
  EXPECT_EQ(chart.lives[0].begin, 0u);
  EXPECT_EQ(chart.lives[0].replied, 1u);
  EXPECT_EQ(chart.lives[0].end, 1u);
  EXPECT_EQ(chart.lives[0].cause, DestroyCause::replied);
}

TEST(ChartBuilder, ARouterStandsOppositeToWhomItTells) {
  const Chart chart = Capture().at(0, query(7)).at(1, unreachable(query(7))).chart();
  ASSERT_EQ(chart.lifelines.size(), 3u);
  EXPECT_EQ(chart.lifelines[2].name, "10.0.0.2");
  EXPECT_EQ(chart.lifelines[2].side, Side::right);
  EXPECT_EQ(chart.lifelines[2].depth, 1u);
  EXPECT_EQ(chart.rows[1].packet.state, State::related);
  EXPECT_EQ(chart.rows[1].packet.ends, DestroyCause::error);
  EXPECT_FALSE(chart.lives[0].replied);
}

TEST(ChartBuilder, ManyHostsShareALine) {
  Capture capture;
  for (std::uint32_t i = 0; i < 6; ++i) capture.at(i, query(1, Address::ipv4(0x0a000001 + i)));
  const Chart chart = capture.chart();
  ASSERT_EQ(chart.lifelines.size(), 5u);
  EXPECT_EQ(chart.lifelines[3].name, "10.0.0.3");
  EXPECT_EQ(chart.lifelines[4].name, "3 others");
  EXPECT_EQ(chart.lifelines[4].depth, 3u);
  EXPECT_EQ(chart.rows[5].packet.to, 4u);
  EXPECT_EQ(chart.rows[5].packet.destination, "10.0.0.6");
}

TEST(ChartBuilder, OneOfTheOthersHasItsName) {
  Capture capture;
  for (std::uint32_t i = 0; i < 4; ++i) capture.at(i, query(1, Address::ipv4(0x0a000001 + i)));
  EXPECT_EQ(capture.chart().lifelines[4].name, "10.0.0.4");
}

TEST(ChartBuilder, APingToOneselfHasOneLine) {
  const Chart chart = Capture().at(0, query(1, kClient)).chart();
  ASSERT_EQ(chart.lifelines.size(), 1u);
  EXPECT_EQ(chart.rows[0].packet.from, chart.rows[0].packet.to);
}

TEST(ChartBuilder, AnEntryExpiresInItsPlace) {
  const Chart chart = Capture().at(0, query(1)).at(40 * kSecond, query(2)).chart();
  ASSERT_EQ(kinds(chart),
            (std::vector{Kind::packet, Kind::pause, Kind::ends, Kind::pause, Kind::packet}));
  EXPECT_EQ(chart.rows[2].time, 30'000'000'000u);
  EXPECT_EQ(chart.rows[2].ends, std::vector<std::size_t>{0});
  EXPECT_EQ(chart.rows[3].length, 10'000'000'000u);
  EXPECT_EQ(chart.lives[0].end, 2u);
  EXPECT_EQ(chart.lives[0].cause, DestroyCause::expired);
  EXPECT_EQ(chart.lives[1].lane, 0u);
  EXPECT_FALSE(chart.lives[1].end);
  EXPECT_EQ(chart.lives[1].seconds_left, 30u);
}

TEST(ChartBuilder, EntriesThatExpireWithinASecondShareARow) {
  const Chart chart = Capture()
                          .at(0, query(1))
                          .at(kSecond / 2, query(2))
                          .at(kSecond, query(3))
                          .at(40 * kSecond, hex("0000"))
                          .chart();
  ASSERT_EQ(chart.rows.size(), 6u);
  EXPECT_EQ(chart.rows[4].ends.size(), 2u);
  EXPECT_EQ(chart.rows[5].ends.size(), 1u);
}

TEST(ChartBuilder, AnEvictedEntryEndsBeforeThePacketThatEvictsIt) {
  Profile small = tutorial();
  small.max = 1;
  const Chart chart = Capture({}, small).at(0, query(1)).at(1, query(2)).chart();
  ASSERT_EQ(kinds(chart), (std::vector{Kind::packet, Kind::ends, Kind::packet}));
  EXPECT_EQ(chart.lives[0].cause, DestroyCause::evicted);
  EXPECT_EQ(chart.lives[0].end, 1u);
}

TEST(ChartBuilder, LivesSideBySideHaveLanesOfTheirOwn) {
  Capture capture;
  for (std::uint16_t id = 0; id < 20; ++id) capture.at(id, query(id));
  capture.at(20, reply(3)).at(21, query(99));
  const Chart chart = capture.chart();
  EXPECT_EQ(chart.lanes, Chart::kLanes);
  EXPECT_EQ(chart.lives[15].lane, 15u);
  EXPECT_FALSE(chart.lives[16].lane);
  EXPECT_EQ(chart.lives[20].lane, 3u);
}

TEST(ChartBuilder, OneConnectionAlone) {
  const Chart chart = Capture({.connection = 2})
                          .at(0, hex("0000"))
                          .at(0, query(1))
                          .at(1, query(2))
                          .at(2, reply(1))
                          .at(3, unreachable(query(2)))
                          .chart();
  ASSERT_EQ(chart.rows.size(), 2u);
  EXPECT_EQ(chart.rows[0].packet.frame, 3u);
  EXPECT_EQ(chart.rows[1].packet.state, State::related);
  EXPECT_EQ(chart.rows[1].time, 2u);
  EXPECT_EQ(chart.lives.size(), 1u);
  EXPECT_EQ(chart.not_ip, 0u);
}

TEST(ChartBuilder, WhatIsBeyondTheLimitIsCounted) {
  const Chart chart = Capture({.limit = 1})
                          .at(0, hex("0000"))
                          .at(0, query(1))
                          .at(1, reply(1))
                          .at(2, query(2))
                          .chart();
  EXPECT_EQ(chart.rows.size(), 1u);
  EXPECT_EQ(chart.more_packets, 2u);
  EXPECT_EQ(chart.not_ip, 1u);
  EXPECT_FALSE(chart.lives[0].end);
}

TEST(ChartBuilder, TheCaptureEndsLaterThanItsPackets) {
  const Chart chart = Capture().at(0, query(1)).at(4 * kSecond + 1, hex("0000")).chart();
  ASSERT_EQ(kinds(chart), (std::vector{Kind::packet, Kind::pause, Kind::end}));
  EXPECT_EQ(chart.rows[2].time, 4'000'000'001u);
  EXPECT_EQ(chart.lives[0].seconds_left, 25u);
}

TEST(ChartBuilder, TimeThatRunsBackwardsStandsStill) {
  const Chart chart = Capture().at(9, query(1)).at(3, query(2)).at(10, query(3)).chart();
  EXPECT_EQ(chart.rows[1].time, 0u);
  EXPECT_EQ(chart.rows[2].time, 1u);
}

TEST(ChartBuilder, NothingToDraw) {
  EXPECT_TRUE(Capture().chart().rows.empty());
  const Chart chart = Capture({.name = "-"}).at(0, hex("0000")).chart();
  EXPECT_TRUE(chart.rows.empty());
  EXPECT_EQ(chart.not_ip, 1u);
  EXPECT_EQ(chart.name, "standard input");
}

}  // namespace
}  // namespace statewall
