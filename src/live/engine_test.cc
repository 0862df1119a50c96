#include "live/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "firewall/testing.h"
#include "track/reassembly_testing.h"
#include "wire/build_layout.h"
#include "wire/checksum.h"

namespace statewall {
namespace {

using namespace testing;

/// What a sink was told.
struct Told final : FrameSink {
  std::vector<Fate> fates;
  std::vector<std::uint64_t> datagrams;
  std::vector<Octets> answers;
  std::vector<Decision> decisions;

  void decided(std::size_t index, const LiveOutcome& outcome) override {
    EXPECT_EQ(index, fates.size());
    fates.push_back(outcome.fate);
    datagrams.push_back(outcome.datagram);
    decisions.push_back(outcome.decision);
  }
  void answer(std::size_t, const Packet&, std::span<const std::uint8_t> packet) override {
    answers.emplace_back();
    answers.back().assign(packet.begin(), packet.end());
  }
};

Octets zeros(std::size_t count) {
  Octets bytes;
  bytes.assign(count, 0);
  return bytes;
}

/// The fragment with the bytes of an IPv4 packet's payload from `begin` to `end`.
Octets fragment_of(const Octets& whole, std::size_t begin, std::size_t end) {
  constexpr std::size_t kHeader = 20;
  const bool more = end < whole.size() - kHeader;
  Octets part;
  part.assign(kHeader + end - begin, 0);
  std::copy_n(whole.begin(), kHeader, part.begin());
  std::copy_n(whole.begin() + static_cast<long>(kHeader + begin), end - begin,
              part.begin() + kHeader);
  build::put16(part, 2, part.size());
  build::put16(part, 4, 4711);
  build::put16(part, 6, begin / 8 | (more ? 0x2000U : 0U));
  build::put16(part, 10, 0);
  InternetSum sum;
  sum.add(Bytes(part).first(kHeader));
  build::put16(part, 10, sum.checksum());
  return part;
}

class EngineTest : public ::testing::Test {
 protected:
  void make(unsigned workers = 1, Profile profile = linux_6()) {
    profile.max = 1000;
    auto created = Engine::create({profile, workers, {1, 2}});
    ASSERT_TRUE(created);
    engine = std::move(*created);
  }
  void install(const std::string& forward) {
    LiveRules rules;
    rules.ipv4 = ruleset("*filter\n:FORWARD DROP\n" + forward + "COMMIT\n");
    engine->install(std::move(rules));
  }

  Told handle(const std::vector<Octets>& packets, unsigned worker = 0) {
    std::vector<LiveFrame> frames;
    for (const Octets& packet : packets) {
      LiveFrame frame;
      frame.bytes = packet;
      frame.link = LinkType::raw;
      frame.in = "lan";
      frame.out = "wan";
      frame.way = rules::Hook::forward;
      frames.push_back(frame);
    }
    Told told;
    engine->worker(worker).handle(frames, told);
    return told;
  }

  std::unique_ptr<Engine> engine;
};

constexpr const char* kEstablished = "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n";

TEST_F(EngineTest, ABatchIsJudgedInItsOrder) {
  make();
  install(std::string(kEstablished) + "-A FORWARD -p icmp --icmp-type echo-request -j ACCEPT\n");
  const Told told = handle({pong(kB, kA), ping(kA, kB), pong(kB, kA), datagram(kA, kB)});
  EXPECT_EQ(told.fates, (std::vector{Fate::drop, Fate::pass, Fate::pass, Fate::drop}));
  EXPECT_EQ(told.decisions[2].observation.state, State::established);
  EXPECT_EQ(engine->connections(), 1u);
}

TEST_F(EngineTest, TheWayAndTheInterfacesAreThoseOfTheFrame) {
  make();
  install("-A FORWARD -i lan -o wan -j ACCEPT\n");
  EXPECT_EQ(handle({ping(kA, kB)}).fates, std::vector{Fate::pass});
  LiveFrame frame;
  const Octets packet = ping(kA, kB);
  frame.bytes = packet;
  frame.link = LinkType::raw;
  frame.way = rules::Hook::input;
  Told told;
  engine->worker(0).handle({&frame, 1}, told);
  EXPECT_EQ(told.decisions[0].way, rules::Hook::input);
  EXPECT_EQ(told.fates, std::vector{Fate::pass});
}

TEST_F(EngineTest, NothingIsTakenOfTheTtlOfAFrameThatIsForwarded) {
  make();
  install("-A FORWARD -m ttl --ttl-eq 64 -j ACCEPT\n");
  const Told told = handle({ping(kA, kB)});
  EXPECT_EQ(told.fates, std::vector{Fate::pass});
  EXPECT_EQ(told.decisions[0].ttl, 64);
}

TEST_F(EngineTest, AMarkComesAndGoesWithTheFrame) {
  make();
  LiveRules rules;
  rules.ipv4 = ruleset("*mangle\n-A FORWARD -m mark --mark 7 -j MARK --set-mark 9\nCOMMIT\n");
  engine->install(std::move(rules));
  const Octets packet = ping(kA, kB);
  LiveFrame frame;
  frame.bytes = packet;
  frame.link = LinkType::raw;
  frame.way = rules::Hook::forward;
  frame.mark = 7;
  Told told;
  engine->worker(0).handle({&frame, 1}, told);
  EXPECT_EQ(told.decisions[0].mark, 9u);
}

TEST_F(EngineTest, WhatIsNoIpIsNoneOfItsBusinessAndWhatIsBrokenIsDropped) {
  make();
  Octets arp;
  arp.assign(42, 0);
  arp[12] = 0x08;
  arp[13] = 0x06;
  Octets broken = ping(kA, kB);
  broken[10] ^= 1;
  LiveFrame frames[2];
  frames[0].bytes = arp;
  frames[1].bytes = broken;
  frames[1].link = LinkType::raw;
  Told told;
  engine->worker(0).handle(frames, told);
  EXPECT_EQ(told.fates, (std::vector{Fate::no_rules, Fate::drop}));
}

TEST_F(EngineTest, FragmentsShareTheFateOfTheirDatagram) {
  make();
  install("-A FORWARD -p icmp -j ACCEPT\n");
  const Octets whole = message(kA, kB, 8, 0, 0x70001, zeros(64));
  const std::vector<Octets> parts = {fragment_of(whole, 0, 32), fragment_of(whole, 32, 72)};
  const Told told = handle({parts[0], ping(kB, kA), parts[1]});
  EXPECT_EQ(told.fates, (std::vector{Fate::hold, Fate::pass, Fate::pass}));
  EXPECT_NE(told.datagrams[0], 0u);
  EXPECT_EQ(told.datagrams, (std::vector<std::uint64_t>{told.datagrams[0], 0, told.datagrams[0]}));
  EXPECT_EQ(engine->counters().held, 1u);
}

TEST_F(EngineTest, AFragmentThatIsDroppedDecidesNothingForTheOthers) {
  make();
  const Octets whole = message(kA, kB, 8, 0, 0x70001, zeros(64));
  const Octets first = fragment_of(whole, 0, 32);
  const Told told = handle({first, first});
  EXPECT_EQ(told.fates, (std::vector{Fate::hold, Fate::drop}));
  EXPECT_EQ(told.datagrams[1], 0u);
  EXPECT_EQ(told.decisions[1].observation.reason, Reason::fragment_repeated);
}

/// The fragment of a datagram that waits, so odd that kernels let it pass by itself: what is held
/// must not pass with it.
TEST_F(EngineTest, AnOddFragmentThatPassesTakesNoOtherWithIt) {
  make();
  LiveRules rules;
  rules.ipv6 = ruleset("*filter\n:FORWARD DROP\n-A FORWARD -p udp --dport 53 -j ACCEPT\nCOMMIT\n",
                       Family::ipv6);
  engine->install(std::move(rules));
  const auto fragment = [](std::uint16_t port, std::uint32_t offset, std::size_t size) {
    testing::FragmentFields fields;
    fields.family = Family::ipv6;
    fields.protocol = protocol::udp;
    fields.offset = offset;
    fields.more = true;
    fields.payload.assign(size, 0);
    build::put16(fields.payload, 2, port);
    Octets packet;
    const auto bytes = testing::fragment_bytes(fields);
    packet.assign(bytes.begin(), bytes.end());
    return packet;
  };
  const Told told = handle({fragment(22, 0, 64), fragment(0, 64, 64), fragment(53, 0, 63)});
  ASSERT_EQ(told.fates.size(), 3u);
  EXPECT_EQ(told.fates[0], Fate::hold);
  EXPECT_EQ(told.fates[1], Fate::hold);
  EXPECT_EQ(told.datagrams[2], 0u);
}

TEST_F(EngineTest, FragmentsOfTwoSidesOrVlansAreNotPutTogether) {
  make();
  const Octets whole = message(kA, kB, 8, 0, 0x70001, zeros(64));
  const Octets first = fragment_of(whole, 0, 32), rest = fragment_of(whole, 32, 72);
  LiveFrame frames[2];
  frames[0].bytes = first;
  frames[1].bytes = rest;
  frames[0].link = frames[1].link = LinkType::raw;
  frames[1].side = 1;
  Told told;
  engine->worker(0).handle(frames, told);
  EXPECT_EQ(told.fates, (std::vector{Fate::hold, Fate::hold}));
}

TEST_F(EngineTest, BehindMoreTagsThanAreReadNothingPasses) {
  make();
  install("");
  const auto tagged = [](std::size_t tags) {
    Octets frame;
    frame.assign(12, 0);
    for (std::size_t i = 0; i < tags; ++i) frame.insert(frame.end(), {0x81, 0x00, 0x00, 0x00});
    frame.insert(frame.end(), {0x08, 0x00});
    const Octets packet = ping(kA, kB);
    frame.insert(frame.end(), packet.begin(), packet.end());
    return frame;
  };
  for (const std::size_t tags : {0, 1, kMaxVlanTags, kMaxVlanTags + 1, kMaxVlanTags + 2}) {
    const Octets bytes = tagged(tags);
    LiveFrame frame;
    frame.bytes = bytes;
    Told told;
    engine->worker(0).handle({&frame, 1}, told);
    EXPECT_EQ(told.fates, std::vector{Fate::drop}) << tags;
  }
}

TEST_F(EngineTest, WhatRejectSendsIsHandedOn) {
  make();
  install("-A FORWARD -j REJECT\n");
  const Told told = handle({datagram(kA, kB)});
  ASSERT_EQ(told.answers.size(), 1u);
  const Packet answer = read_ip(told.answers[0]);
  EXPECT_EQ(answer.headers.icmp_type, 3);
  EXPECT_EQ(answer.headers.destination, kA);
  EXPECT_EQ(engine->counters().answers, 1u);
}

TEST_F(EngineTest, NewRulesLeaveTheConnections) {
  make();
  install("-A FORWARD -j ACCEPT\n");
  handle({ping(kA, kB)});
  EXPECT_EQ(engine->rules()->version(), 2u);
  install(kEstablished);
  EXPECT_EQ(engine->rules()->version(), 3u);
  EXPECT_EQ(handle({pong(kB, kA), datagram(kA, kB)}).fates, (std::vector{Fate::pass, Fate::drop}));
}

TEST_F(EngineTest, NewRulesFindTheListsOfRecentAsTheyWere) {
  make(2);
  constexpr const char* kRules =
      "-A FORWARD -m recent --name seen --rcheck -j ACCEPT\n"
      "-A FORWARD -p udp -m recent --name seen --set\n";
  install(kRules);
  EXPECT_EQ(handle({datagram(kA, kB), ping(kA, kB)}).fates, (std::vector{Fate::drop, Fate::pass}));
  install(std::string(kRules) + "-A FORWARD -m recent --name other --set\n");
  EXPECT_EQ(handle({ping(kA, kB, 0x80001)}).fates, std::vector{Fate::pass});
  // More hits are to be counted than the list has stamps: it begins anew.
  install(
      "-A FORWARD -m recent --name seen --rcheck --hitcount 20 -j DROP\n"
      "-A FORWARD -m recent --name seen --rcheck -j ACCEPT\n");
  EXPECT_EQ(handle({ping(kA, kB, 0x90001)}).fates, std::vector{Fate::drop});
}

TEST_F(EngineTest, RulesCountOverAllWorkersAndALimitIsOneLimit) {
  make(2);
  install("-A FORWARD -m limit --limit 1/hour --limit-burst 3 -j ACCEPT\n");
  EXPECT_TRUE(engine->rules()->shared());
  int passed = 0;
  for (unsigned i = 0; i < 10; ++i) {
    passed += handle({ping(kA, kB, i << 16)}, i % 2).fates[0] == Fate::pass;
  }
  EXPECT_EQ(passed, 3);
  install("-A FORWARD -j ACCEPT\n");
  EXPECT_FALSE(engine->rules()->shared());
  for (unsigned i = 0; i < 10; ++i) handle({ping(kA, kB, i << 16)}, i % 2);
  EXPECT_EQ(engine->counters(Family::ipv4, {rules::TableKind::filter, 0, 0}).packets, 10u);
  EXPECT_EQ(engine->counters().packets(), 20u);
}

TEST_F(EngineTest, PacketsAreLoggedWhereSomebodyWantsThem) {
  make();
  install("-A FORWARD -p icmp -j ACCEPT\n");
  handle({datagram(kA, kB)});
  EXPECT_TRUE(engine->take_news(0).packets.empty());
  engine->watch({.not_accepted = true});
  handle({ping(kA, kB), datagram(kA, kB)});
  const WorkerNews news = engine->take_news(0);
  ASSERT_EQ(news.packets.size(), 1u);
  EXPECT_EQ(news.packets[0].packet.headers.protocol, protocol::udp);
  EXPECT_EQ(news.packets[0].in, "lan");
  EXPECT_EQ(news.packets[0].decision.verdict, Verdict::drop);
  engine->watch({.connection = handle({ping(kA, kB)}).decisions[0].observation.connection.number});
  handle({ping(kA, kB), datagram(kA, kB)});
  EXPECT_EQ(engine->take_news(0).packets.size(), 1u);
}

TEST_F(EngineTest, WhatIsLoggedIsBounded) {
  make();
  install("-A FORWARD -j LOG\n");
  engine->watch({.everything = true});
  const std::size_t packets = WorkerNews::kMostPackets + 5;
  for (std::size_t i = 0; i < packets; ++i) handle({datagram(kA, kB)});
  const WorkerNews news = engine->take_news(0);
  EXPECT_EQ(news.packets.size(), WorkerNews::kMostPackets);
  EXPECT_EQ(news.packets_lost, 5u);
  const WorkerLog log = engine->take_log(0);
  EXPECT_EQ(log.lines.size(), WorkerLog::kMostLines);
  EXPECT_EQ(log.lost, packets - WorkerLog::kMostLines);
  EXPECT_TRUE(log.lines[0].starts_with("IN=lan OUT=wan ")) << log.lines[0];
}

TEST_F(EngineTest, WhatOperatesItSeesTheTable) {
  make();
  handle({ping(kA, kB)});
  Connection found;
  std::uint32_t cursor = 0;
  std::size_t count = 0;
  while (cursor != Tracker::kListed) {
    count += engine->operator_tracker().list(cursor, {&found, 1});
    if (count == 1) break;
  }
  ASSERT_EQ(count, 1u);
  EXPECT_TRUE(engine->operator_tracker().erase(found.id));
  EXPECT_EQ(engine->connections(), 0u);
  Event event;
  EXPECT_TRUE(engine->events(0).pop(event));
  EXPECT_EQ(event.kind, EventKind::new_);
  EXPECT_TRUE(engine->events(1).pop(event));
  EXPECT_EQ(event.cause, DestroyCause::flushed);
}

TEST_F(EngineTest, AConfigurationThatCannotBeIsRefused) {
  Profile profile = linux_6();
  EXPECT_FALSE(Engine::create({profile, 0, {}}));
  EXPECT_FALSE(Engine::create({profile, Engine::kMostWorkers + 1, {}}));
  profile.max = 0;
  EXPECT_FALSE(Engine::create({profile, 1, {}}));
}

/// Under tsan: workers, reloads, and who asks, all at once.
TEST_F(EngineTest, ThreadsWorkWhileRulesChangeAndSomebodyAsks) {
  make(2);
  install("-A FORWARD -m limit --limit 1000/s -j ACCEPT\n");
  const auto work = [&](unsigned worker) {
    for (std::uint32_t i = 0; i < 2000; ++i) {
      handle({ping(kA, kB, i << 16), pong(kB, kA, i << 16)}, worker);
      if (i % 64 == 0) engine->worker(worker).tick();
    }
  };
  std::thread first(work, 0), second(work, 1);
  for (int i = 0; i < 50; ++i) {
    install(i % 2 ? "-A FORWARD -m limit --limit 1000/s -j LOG\n" : "-A FORWARD -j ACCEPT\n");
    engine->watch({.not_accepted = i % 3 == 0});
    engine->counters();
    engine->counters(Family::ipv4, {rules::TableKind::filter, 0, 0});
    engine->take_log(0);
    engine->take_news(1);
    std::vector<Connection> some(16);
    std::uint32_t cursor = 0;
    engine->operator_tracker().list(cursor, some);
    if (some[0].id) engine->operator_tracker().erase(some[0].id);
  }
  first.join();
  second.join();
  EXPECT_EQ(engine->counters().packets(), 8000u);
}

}  // namespace
}  // namespace statewall
