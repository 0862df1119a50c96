#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "rules/address_parser.h"
#include "rules/evaluator.h"
#include "rules/loader.h"
#include "rules/matching.h"
#include "rules/subject.h"
#include "track/testing.h"
#include "wire/testing.h"

// For tests of rules: packets as rules see them, matches with what they remember, and rulesets from
// text.

namespace statewall::testing {

/// "10.0.0.1" or "fd00::1".
inline Address address(std::string_view text) {
  const Family family = text.find(':') == text.npos ? Family::ipv4 : Family::ipv6;
  const auto parsed = rules::parse_address(text, family);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Address{});
}

/// An IP packet in memory of its own, exactly as long as it is, and what rules see of it. Tests
/// change the subject as they like.
class Sample {
 public:
  explicit Sample(const Octets& ip, const Octets& link_header = {})
      : bytes_(copy(ip)),
        link_header_(copy(link_header)),
        packet(read_ip({bytes_.get(), ip.size()})) {
    const Bytes all(std::span<const std::uint8_t>(bytes_.get(), ip.size()));
    subject.packet = &packet;
    subject.ip = all.first(packet.ip_length);
    if (packet.l4_offset != 0) subject.transport = subject.ip.from(packet.l4_offset);
    subject.find_payload();
    subject.link_header = std::span<const std::uint8_t>(link_header_.get(), link_header.size());
    subject.ethernet = !link_header.empty();
    subject.topology = &topology;
    subject.hook = rules::Hook::forward;
    subject.in = "lan";
    subject.out = "wan";
    subject.tos = static_cast<std::uint8_t>(subject.ipv4() ? all.u8(1) : all.u16(0) >> 4);
    subject.ttl = packet.headers.ttl;
  }
  /// Shows the packet to a tracker, and the rules what that says of it.
  Observation observe(Tracker& tracker, Nanoseconds now) {
    const Observation seen = tracker.observe(packet, now);
    subject.now = now;
    subject.tracker = &tracker;
    subject.state = seen.state;
    subject.direction = seen.direction;
    subject.connection = seen.connection;
    return seen;
  }

  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

 private:
  static std::unique_ptr<std::uint8_t[]> copy(const Octets& octets) {
    auto exact = std::make_unique<std::uint8_t[]>(octets.size());
    std::copy(octets.begin(), octets.end(), exact.get());
    return exact;
  }

  std::unique_ptr<std::uint8_t[]> bytes_, link_header_;

 public:
  Packet packet;
  rules::Topology topology;
  rules::Subject subject;
};

/// What rules share, and a match of one of them with what it remembers.
struct Memories {
  rules::HostHash hash{{1, 2}};
  rules::RecentLists recent{hash};
  rules::HashlimitMemories hashlimit;

  rules::MatchMemory of(const rules::Match& match, std::uint64_t seed = 1) {
    rules::SharedMemory shared{recent, hashlimit, hash};
    return rules::make_memory(match, shared, seed);
  }
};

/// What a match without memory says of a packet.
inline rules::Matching test(const rules::Match& match, const Sample& sample) {
  rules::MatchMemory none;
  return rules::test(match, sample.subject, none);
}
inline bool holds(const rules::Match& match, const Sample& sample) {
  const rules::Matching result = test(match, sample);
  EXPECT_NE(result, rules::Matching::drop);
  return result == rules::Matching::yes;
}

inline rules::Ruleset ruleset(std::string_view text, Family family = Family::ipv4,
                              bool skip_unsupported = false) {
  rules::Loaded loaded = rules::load(text, "test.rules", {family, skip_unsupported});
  for (const Error& error : loaded.errors) ADD_FAILURE() << error.text();
  return loaded.ruleset ? *std::move(loaded.ruleset) : rules::Ruleset{};
}

}  // namespace statewall::testing
