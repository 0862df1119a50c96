#include "replay/playback.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "capture/testing.h"
#include "replay/ledger.h"
#include "replay/pings.h"
#include "wire/testing.h"

namespace statewall {
namespace {

using testing::Octets;
using testing::Writer;

constexpr Nanoseconds kSecond = kNanosecondsPerSecond;

struct Sent {
  Nanoseconds time;
  Octets packet;
};

/// A capture file of raw IP, gone with the object.
class CaptureFile {
 public:
  explicit CaptureFile(const std::vector<Sent>& packets) {
    Writer file(ByteOrder::little);
    file.u32(0xa1b23c4d).u16(2).u16(4).u64(0).u32(65535).u32(101);
    for (const Sent& sent : packets) {
      file.u32(static_cast<std::uint64_t>(sent.time / kSecond))
          .u32(static_cast<std::uint64_t>(sent.time % kSecond))
          .u32(sent.packet.size())
          .u32(sent.packet.size())
          .raw(sent.packet);
    }
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            fmt::format("playback_test.{}.{}.pcap", getpid(), count++);
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(file.bytes().data()),
               static_cast<std::streamsize>(file.bytes().size()));
  }
  ~CaptureFile() { std::filesystem::remove(path_); }
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// Writes down what it is told, a word for each.
class Notes final : public View {
 public:
  void packet(const PacketRecord& record, bool shown) override {
    add("{}{}", shown ? "" : "-", record.frame);
  }
  void event(const Event& event, bool shown) override {
    add("{}{}{}", shown ? "" : "-", name(event.kind), event.connection.id.number);
  }
  void table(const World& world, Nanoseconds time) override {
    add("table{}@{}", world.size(), time / kSecond);
  }
  void end(const World& world) override { add("end{}", world.size()); }

  std::string text;

 private:
  template <typename... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    if (!text.empty()) text += ' ';
    text += fmt::format(format, std::forward<Values>(values)...);
  }
};

Octets query(std::uint16_t id, std::uint16_t sequence = 1) {
  return testing::ipv4(1, testing::icmp(8, 0, std::uint32_t{id} << 16 | sequence));
}

Octets reply(std::uint16_t id, std::uint16_t sequence = 1) {
  return testing::ipv4({.source = testing::kB, .destination = testing::kA, .protocol = 1},
                       testing::icmp(0, 0, std::uint32_t{id} << 16 | sequence));
}

void play(const PlaybackConfig& config, const std::vector<std::string>& files, View& view) {
  const auto world = World::create({});
  ASSERT_TRUE(world);
  const PlaybackTalk talk{.problem = [](const Error& error) { ADD_FAILURE() << error.text(); },
                          .remark = [](const std::string&) {},
                          .goes_on = [](std::uint64_t, std::uint64_t) { return true; }};
  MergedCaptures captures(files);
  View* views[] = {&view};
  Playback(config, talk, views, **world).run(captures);
}

std::string notes(const PlaybackConfig& config, const std::vector<std::string>& files) {
  Notes view;
  play(config, files, view);
  return view.text;
}

Moment moment(const char* text) { return *parse_moment("", text); }

const std::vector<Sent> kTwoPings = {{10 * kSecond, query(1)},
                                     {11 * kSecond, query(2)},
                                     {12 * kSecond, reply(1)},
                                     {60 * kSecond, query(3)}};

TEST(Playback, ThingsHappenInTheirOrder) {
  const CaptureFile file(kTwoPings);
  EXPECT_EQ(notes({}, {file.path()}), "1 NEW1 2 NEW2 3 UPDATE1 DESTROY1 DESTROY2 4 NEW3 end1");
}

TEST(Playback, ABatchChangesNothing) {
  std::vector<Sent> many;
  for (std::uint16_t i = 0; i < 5000; ++i) {
    many.push_back({i * kSecond / 100, query(i % 7, i)});
    if (i % 3 == 0) many.push_back({i * kSecond / 100, reply(i % 7, i)});
  }
  const CaptureFile file(many);
  PlaybackConfig config;
  const std::string one_by_one = notes(config, {file.path()});
  config.batch = PlaybackConfig::kBatch;
  EXPECT_EQ(notes(config, {file.path()}), one_by_one);
  config.to = moment("4000");
  EXPECT_TRUE(one_by_one.starts_with(notes(config, {file.path()}).substr(0, 20000)));
}

TEST(Playback, EndsWhenNobodyListens) {
  const CaptureFile file(std::vector<Sent>(20000, {kSecond, query(1)}));
  PlaybackConfig config;
  config.batch = PlaybackConfig::kBatch;
  const auto world = World::create({});
  ASSERT_TRUE(world);
  int asked = 0;
  const PlaybackTalk talk{.problem = [](const Error& error) { ADD_FAILURE() << error.text(); },
                          .remark = [](const std::string&) {},
                          .goes_on = [&](std::uint64_t, std::uint64_t) { return ++asked < 2; }};
  const std::vector<std::string> files{file.path()};
  MergedCaptures captures(files);
  Notes view;
  View* views[] = {&view};
  Playback(config, talk, views, **world).run(captures);
  EXPECT_EQ(asked, 2);
}

TEST(Playback, WhatLiesBeforeIsTrackedButNotShown) {
  const CaptureFile file(kTwoPings);
  PlaybackConfig config;
  config.from = moment("3");
  EXPECT_EQ(notes(config, {file.path()}),
            "-1 -NEW1 -2 -NEW2 3 UPDATE1 DESTROY1 DESTROY2 4 NEW3 end1");
  config.from = moment("+2s");
  config.to = moment("+2s");
  EXPECT_EQ(notes(config, {file.path()}), "-1 -NEW1 -2 -NEW2 3 UPDATE1 DESTROY1 end1");
  config.from.reset();
  config.to = moment("1");
  EXPECT_EQ(notes(config, {file.path()}), "1 NEW1 end1");
}

TEST(Playback, TheTableAtMoments) {
  const CaptureFile file(kTwoPings);
  PlaybackConfig config;
  config.at = {moment("+40s"), moment("+0.5s"), moment("2"), moment("+90s"), moment("12.0")};
  EXPECT_EQ(notes(config, {file.path()}),
            "1 NEW1 table1@10 2 NEW2 table2@11 3 UPDATE1 DESTROY1 table1@12 DESTROY2 table0@50 4 "
            "NEW3 end1 table0@100");
}

TEST(Playback, AFilterChoosesWhatIsShownNotWhatIsTracked) {
  const CaptureFile file(kTwoPings);
  PlaybackConfig config;
  config.filter = [](const Frame& frame, const std::string&, auto&) { return frame.number == 3; };
  EXPECT_EQ(notes(config, {file.path()}),
            "-1 -NEW1 -2 -NEW2 3 UPDATE1 DESTROY1 -DESTROY2 -4 -NEW3 end1");
  config.track_matching = true;
  EXPECT_EQ(notes(config, {file.path()}), "3 end0");
}

TEST(Playback, SeveralCapturesByTime) {
  const CaptureFile one({{10 * kSecond, query(1)}, {12 * kSecond, query(2)}});
  const CaptureFile two({{10 * kSecond, query(3)}, {11 * kSecond, reply(1)}});
  EXPECT_EQ(notes({}, {one.path(), two.path()}), "1 NEW1 1 NEW2 2 UPDATE1 DESTROY1 2 NEW3 end2");
}

TEST(Playback, ACaptureThatCannotBeOpenedStopsNoOther) {
  const CaptureFile file(kTwoPings);
  const std::vector<std::string> files{"/nowhere.pcap", file.path()};
  MergedCaptures captures(files);
  EXPECT_TRUE(captures.any());
  EXPECT_EQ(captures.take_problems().size(), 1);
  EXPECT_TRUE(captures.take_problems().empty());
  EXPECT_TRUE(captures.next());
  EXPECT_EQ(captures.file(), file.path());
}

TEST(Ledger, SumsUpEachConnectionAtItsEnd) {
  const CaptureFile file(kTwoPings);
  std::vector<ConnectionSummary> said;
  Ledger ledger([&](const ConnectionSummary& summary) { said.push_back(summary); });
  play({}, {file.path()}, ledger);
  ASSERT_EQ(said.size(), 3);
  EXPECT_EQ(said[0].connection.id.number, 1);
  EXPECT_EQ(said[0].cause, DestroyCause::replied);
  EXPECT_EQ(said[0].first, 10 * kSecond);
  EXPECT_EQ(said[0].last, 12 * kSecond);
  EXPECT_EQ(said[0].end, 12 * kSecond);
  EXPECT_EQ(said[0].original.packets, 1);
  EXPECT_EQ(said[0].original.bytes, 28);
  EXPECT_EQ(said[0].reply.packets, 1);
  EXPECT_EQ(said[0].queries.mean, 2 * kSecond);
  EXPECT_EQ(said[1].cause, DestroyCause::expired);
  EXPECT_EQ(said[1].end, 41 * kSecond);
  EXPECT_EQ(said[1].queries.lost(), 1);
  EXPECT_EQ(said[2].cause, DestroyCause::none);
  EXPECT_EQ(said[2].end, 60 * kSecond);
}

TEST(Ledger, AnErrorIsCountedWithTheConnectionThatItQuotes) {
  const Octets udp = testing::ipv4(17, testing::udp(1025, 53));
  const Octets error =
      testing::ipv4({.source = testing::kB, .destination = testing::kA, .protocol = 1},
                    testing::icmp(3, 3, 0, udp));
  const CaptureFile file({{kSecond, udp}, {2 * kSecond, error}});
  std::vector<ConnectionSummary> said;
  Ledger ledger([&](const ConnectionSummary& summary) { said.push_back(summary); });
  play({}, {file.path()}, ledger);
  ASSERT_EQ(said.size(), 1);
  EXPECT_EQ(said[0].errors, 1);
  EXPECT_EQ(said[0].cause, DestroyCause::error);
  EXPECT_EQ(said[0].reply.packets, 0);
  EXPECT_EQ(said[0].last, kSecond);
  EXPECT_FALSE(said[0].asks);
}

// Its entries end with each reply, and a duplicate is INVALID; it is one run all the same.
TEST(Pings, OneRunIsManyConnections) {
  const CaptureFile file({{1 * kSecond, query(7, 1)},
                          {2 * kSecond, reply(7, 1)},
                          {3 * kSecond, reply(7, 1)},
                          {4 * kSecond, query(7, 2)},
                          {5 * kSecond, query(7, 3)},
                          {6 * kSecond, reply(7, 3)}});
  std::vector<PingSummary> said;
  Pings pings([&](const PingSummary& summary) { said.push_back(summary); });
  play({}, {file.path()}, pings);
  ASSERT_EQ(said.size(), 1);
  EXPECT_EQ(said[0].connections, 2);
  EXPECT_EQ(said[0].queries.sent, 3);
  EXPECT_EQ(said[0].queries.replied, 2);
  EXPECT_EQ(said[0].queries.lost(), 1);
  EXPECT_EQ(said[0].queries.duplicates, 1);
  EXPECT_EQ(said[0].first, kSecond);
  EXPECT_EQ(said[0].last, 6 * kSecond);
}

TEST(Pings, ARunIsOverAfterALongSilence) {
  const CaptureFile file({{1 * kSecond, query(7)}, {700 * kSecond, query(7)}});
  std::vector<PingSummary> said;
  Pings pings([&](const PingSummary& summary) { said.push_back(summary); });
  play({}, {file.path()}, pings);
  EXPECT_EQ(said.size(), 2);
}

TEST(Pings, OfIpv6Too) {
  const auto message = [](std::uint8_t type) {
    Octets echo = testing::hex("00 00 0000 0009 0001");
    echo[0] = type;
    return echo;
  };
  Octets there = testing::ipv6(58, message(128));
  Octets back = testing::ipv6(58, message(129));
  std::swap_ranges(back.begin() + 8, back.begin() + 24, back.begin() + 24);
  const CaptureFile file({{kSecond, there}, {2 * kSecond, back}});
  std::vector<PingSummary> said;
  Pings pings([&](const PingSummary& summary) { said.push_back(summary); });
  const auto world = World::create({});
  PlaybackConfig config;
  config.reading.checksums = ChecksumMode::ignore;
  play(config, {file.path()}, pings);
  ASSERT_EQ(said.size(), 1);
  EXPECT_EQ(said[0].query.icmp_type, 128);
  EXPECT_EQ(said[0].queries.replied, 1);
}

}  // namespace
}  // namespace statewall
