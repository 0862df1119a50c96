#include "traffic/traffic.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "statewall/packet.h"
#include "traffic/fragments.h"
#include "traffic/ip_writer.h"

namespace statewall {
namespace {

constexpr int kMany = 50000;

// FNV-1a over packets and where they end.
std::uint64_t fingerprint(std::uint64_t seed, const TrafficMix& mix, int packets) {
  Traffic traffic(seed, mix);
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&](std::uint64_t byte) { hash = (hash ^ byte) * 0x100000001b3u; };
  Octets packet;
  for (int i = 0; i < packets; ++i) {
    traffic.next(packet);
    add(packet.size());
    for (const std::uint8_t byte : packet) add(byte);
  }
  return hash;
}

template <typename See>
void each(const TrafficMix& mix, int packets, const See& see) {
  Traffic traffic(1, mix);
  Octets packet;
  for (int i = 0; i < packets; ++i) {
    const TrafficNote note = traffic.next(packet);
    see(packet, note);
  }
}

// A seed names the same traffic for everybody. Whoever changes the generator changes this number,
// and the seeds of differences that were found before mean nothing any more.
TEST(Traffic, IsTheSameOnEveryMachine) {
  EXPECT_EQ(fingerprint(1, {}, 10000), 1149555743428440864u);
}

TEST(Traffic, ASeedRepeatsAndAnotherDoesNot) {
  for (const NamedMix& named : traffic_mixes()) {
    EXPECT_EQ(fingerprint(7, named.mix, 500), fingerprint(7, named.mix, 500)) << named.name;
    EXPECT_NE(fingerprint(7, named.mix, 500), fingerprint(8, named.mix, 500)) << named.name;
  }
}

TEST(Traffic, HasEveryKindInBothFamilies) {
  std::map<std::pair<TrafficKind, Family>, int> seen;
  int fragments = 0;
  each({}, kMany, [&](const Octets&, const TrafficNote& note) {
    ++seen[{note.kind, note.family}];
    fragments += note.fragment ? 1 : 0;
  });
  for (std::size_t kind = 0; kind < kTrafficKinds; ++kind) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      EXPECT_GT((seen[{static_cast<TrafficKind>(kind), family}]), kMany / 200)
          << name(static_cast<TrafficKind>(kind));
    }
  }
  EXPECT_GT(fragments, kMany / 20);
}

TEST(Traffic, IsNeverEmptyNorTooLong) {
  for (const NamedMix& named : traffic_mixes()) {
    each(named.mix, kMany / 10, [&](const Octets& packet, const TrafficNote&) {
      ASSERT_GE(packet.size(), 1u) << named.name;
      ASSERT_LE(packet.size(), Traffic::kLongest) << named.name;
    });
  }
}

TEST(Traffic, WhatIsRightIsRead) {
  int right = 0;
  for (const NamedMix& named : traffic_mixes()) {
    each(named.mix, kMany, [&](const Octets& packet, const TrafficNote& note) {
      if (!note.right || note.fragment) return;
      ++right;
      const Packet p = read_ip(packet);
      // A talk may bundle what its state asks for, and SCTP forbids.
      if (p.error == WireError::sctp_chunks) return;
      ASSERT_EQ(p.error, WireError::none) << named.name << ' ' << name(note.kind);
      ASSERT_NE(p.ip_checksum, Checksum::bad) << named.name;
      ASSERT_NE(p.l4_checksum, Checksum::bad) << named.name << ' ' << name(note.kind);
      ASSERT_EQ(p.headers.family, note.family) << named.name;
    });
  }
  EXPECT_GT(right, kMany);
}

// Every error of reading that a packet without a link layer can have.
TEST(Traffic, IsWrongInEveryWay) {
  std::set<WireError> seen;
  const auto see = [&](const Octets& packet, const TrafficNote&) {
    const Packet p = read_ip(packet);
    seen.insert(p.error);
    if (p.has_quote) seen.insert(p.quote.error);
  };
  each({}, kMany, see);
  each(*traffic_mix("headers"), kMany, see);
  using enum WireError;
  for (const WireError error :
       {ipv4_short, ipv4_header_length, ipv4_options_short, ipv4_total_length, ipv4_truncated,
        ipv4_checksum, ipv6_short, ipv6_truncated, ipv6_extension_short, icmp_short, tcp_short,
        tcp_data_offset, tcp_options_short, udp_short, udp_length, quote_short,
        quote_options_short}) {
    EXPECT_TRUE(seen.contains(error)) << slug(error);
  }
}

TEST(Traffic, HasEveryIcmpTypeAndEveryTcpFlag) {
  std::array<std::set<int>, 3> seen;
  const auto see = [&](const Octets& packet, const TrafficNote&) {
    const Packet p = read_ip(packet);
    if (p.error != WireError::none) return;
    if (p.headers.protocol == protocol::icmp) seen[0].insert(p.headers.icmp_type);
    if (p.headers.protocol == protocol::icmpv6) seen[1].insert(p.headers.icmp_type);
    if (p.headers.protocol == protocol::tcp) seen[2].insert(p.tcp.flags);
  };
  each(*traffic_mix("icmp"), 4 * kMany, see);
  each(*traffic_mix("tcp"), 4 * kMany, see);
  for (const std::set<int>& all : seen) EXPECT_EQ(all.size(), 256u);
}

TEST(Traffic, HasQuotesCutAtEachLength) {
  std::set<std::uint32_t> lengths;
  each(*traffic_mix("errors"), kMany, [&](const Octets& packet, const TrafficNote&) {
    const Packet p = read_ip(packet);
    if (p.has_quote) lengths.insert(p.quote.l4_length);
  });
  for (std::uint32_t length = 0; length <= 20; ++length) {
    EXPECT_TRUE(lengths.contains(length)) << length;
  }
}

// All fragments of a datagram that nothing was done to, put together, are the datagram.
TEST(Fragments, MakeThePacketAgain) {
  Random random(3);
  int whole = 0;
  for (int i = 0; i < 1000; ++i) {
    Draft draft;
    draft.protocol = 253;
    draft.body.resize(9 + random.below(600));
    for (std::size_t at = 0; at < draft.body.size(); ++at) {
      draft.body[at] = static_cast<std::uint8_t>(at);
    }
    draft.family = i % 2 == 0 ? Family::ipv4 : Family::ipv6;
    Octets packet;
    write_ip(random, draft, 0, packet);
    const std::size_t header = header_length(packet);
    std::map<std::size_t, Octets> parts;
    for (const Octets& piece : fragments_of(random, packet)) {
      const Packet p = read_ip(piece);
      const std::size_t from = header + (draft.family == Family::ipv6 ? 8 : 0);
      parts[p.headers.fragment_offset] = {piece.begin() + static_cast<std::ptrdiff_t>(from),
                                          piece.end()};
    }
    Octets body;
    for (const auto& [offset, part] : parts) body.insert(body.end(), part.begin(), part.end());
    whole += body == draft.body ? 1 : 0;
  }
  EXPECT_GT(whole, 550);
  EXPECT_LT(whole, 950);
}

TEST(Fragments, OfNothingAreNone) {
  Random random(1);
  EXPECT_TRUE(fragments_of(random, {}).empty());
  EXPECT_TRUE(fragments_of(random, Octets(28, 0x45)).empty());
}

TEST(IpWriter, ChangesWordsUnderAChecksum) {
  Random random(1);
  Draft draft;
  draft.protocol = 6;
  Octets packet;
  write_ip(random, draft, 0, packet);
  change_word(packet, 8, 0x1234, 10);
  EXPECT_EQ(read_ip(packet).ip_checksum, Checksum::good);
  EXPECT_EQ(read_ip(packet).headers.ttl, 0x12);
}

TEST(Mix, NamesAreKnown) {
  EXPECT_EQ(traffic_mixes()[0].name, "all");
  for (const NamedMix& named : traffic_mixes()) {
    EXPECT_EQ(traffic_mix(named.name), &named.mix);
    EXPECT_FALSE(named.meaning.empty());
  }
  EXPECT_EQ(traffic_mix("none"), nullptr);
}

TEST(Random, Weighs) {
  Random random(1);
  constexpr std::uint32_t kWeights[] = {0, 3, 0, 1};
  std::array<int, 4> counts{};
  for (int i = 0; i < 4000; ++i) ++counts[random.weighted(kWeights)];
  EXPECT_EQ(counts[0] + counts[2], 0);
  EXPECT_NEAR(counts[1], 3000, 150);
  EXPECT_EQ(random.weighted(std::array<std::uint32_t, 2>{}), 0u);
}

}  // namespace
}  // namespace statewall
