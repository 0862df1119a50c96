#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "statewall/packet.h"
#include "statewall/saved_connection.h"
#include "statewall/tracker.h"
#include "traffic/random.h"
#include "traffic/traffic.h"

// A table that is saved and restored, at any moment of any traffic, goes on as if nothing had
// happened: each later packet is the same to it, and so is all that it holds. STATEWALL_MODEL_SEEDS
// sets how many seeds are played with each profile, STATEWALL_MODEL_FIRST where they begin.

namespace statewall::model {
namespace {

constexpr int kPackets = 3000;
constexpr std::uint32_t kPacketsBetweenRestarts = 50;
constexpr std::uint64_t kSeeds = 40;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// A table and its one tracker.
class Machine {
 public:
  Machine(const Profile& profile, std::uint64_t key) {
    TableConfig config;
    config.profile = profile;
    config.hash_key = {key, key + 1};
    const std::size_t size = (ConnectionTable::memory_needed(config) + 63) / 64 * 64;
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(64, size)));
    table_ = ConnectionTable::create(config, {memory_.get(), size}).table;
    tracker_.emplace(*table_, 0);
  }

  Tracker& tracker() { return *tracker_; }

  /// What it holds, by tuple and zone.
  std::map<std::pair<Tuple, Zone>, Connection> connections() {
    std::map<std::pair<Tuple, Zone>, Connection> all;
    std::array<Connection, 64> some;
    for (std::uint32_t cursor = 0; cursor != Tracker::kListed;) {
      const std::size_t count = tracker().list(cursor, some);
      for (std::size_t i = 0; i < count; ++i) all[{some[i].original, some[i].zone}] = some[i];
    }
    return all;
  }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  ConnectionTable* table_ = nullptr;
  std::optional<Tracker> tracker_;
};

/// Another machine with the connections of one, as of `now`.
std::unique_ptr<Machine> restarted(Machine& before, const Profile& profile, std::uint64_t key,
                                   Nanoseconds now) {
  auto after = std::make_unique<Machine>(profile, key);
  std::array<SavedConnection, 7> some;
  for (std::uint32_t cursor = 0; cursor != Tracker::kListed;) {
    const std::size_t count = before.tracker().save(cursor, some, now);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(after->tracker().restore(some[i], now), Restored::restored);
    }
  }
  return after;
}

std::string difference(const Connection& a, const Connection& b) {
  if (a.reply != b.reply) return "reply";
  if (a.status != b.status) return "status";
  if (a.tcp_state != b.tcp_state) return "TCP state";
  if (a.sctp_state != b.sctp_state) return "SCTP state";
  if (a.mark != b.mark) return "mark";
  if (a.open_queries != b.open_queries) return "open queries";
  if (a.deadline != b.deadline) return "deadline";
  for (const auto count : {&Connection::original_count, &Connection::reply_count}) {
    if ((a.*count).packets != (b.*count).packets) return "packets";
    if ((a.*count).bytes != (b.*count).bytes) return "bytes";
  }
  return {};
}

std::string difference(const Observation& a, const Observation& b) {
  if (a.state != b.state) return "state";
  if (a.reason != b.reason) {
    return "reason: " + std::string(slug(a.reason)) + ", " + std::string(slug(b.reason));
  }
  if (a.direction != b.direction) return "direction";
  if (a.status != b.status) return "status";
  if (a.mark != b.mark) return "mark";
  return {};
}

/// Both tables, but for what expired: one may not have come by yet.
std::string difference(Machine& a, Machine& b, Nanoseconds now) {
  while (!a.tracker().expire(now)) {
  }
  while (!b.tracker().expire(now)) {
  }
  const auto ours = a.connections(), theirs = b.connections();
  if (ours.size() != theirs.size()) {
    return std::to_string(ours.size()) + " connections, " + std::to_string(theirs.size());
  }
  for (const auto& [key, connection] : ours) {
    const auto found = theirs.find(key);
    if (found == theirs.end()) return "a connection that only one has";
    const std::string what = difference(connection, found->second);
    if (!what.empty()) return what;
  }
  return {};
}

/// Each switch as some profile has it.
Profile mixed_profile(Random& random) {
  Profile profile = tutorial();
  for (const Switch& row : switches()) profile.*row.field = row.values[random.below(kProfiles)];
  return profile;
}

/// Times of whole milliseconds, so that tables with different beginnings have the same deadlines.
Nanoseconds pause(Random& random) {
  if (random.one_in(200)) return random.below(700'000) * kNanosecondsPerMillisecond;
  return (random.one_in(8) ? random.below(4000) : random.below(30)) * kNanosecondsPerMillisecond;
}

/// Plays traffic to a machine that goes on and to one that is restarted, now and then.
std::string play(const Profile& profile, const TrafficMix& mix, std::uint64_t seed) {
  Random random(seed);
  Traffic traffic(seed, mix);
  Machine steady(profile, 1);
  std::unique_ptr<Machine> other;
  Nanoseconds now = kNanosecondsPerSecond;
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < kPackets; ++i) {
    if (random.one_in(kPacketsBetweenRestarts)) {
      other = restarted(other ? *other : steady, profile, random.u64(), now);
    }
    now += pause(random);
    traffic.next(bytes);
    const Packet packet = read_ip(bytes);
    const bool passes = !random.one_in(20);
    const bool marks = random.one_in(10);
    Observation seen[2];
    for (Machine* machine : {&steady, other.get()}) {
      if (machine == nullptr) continue;
      Observation& observation = seen[machine == &steady ? 0 : 1];
      observation = machine->tracker().observe(packet, now);
      if (marks) machine->tracker().set_mark(observation.connection, static_cast<unsigned>(i));
      passes ? void(machine->tracker().confirm()) : machine->tracker().drop();
    }
    if (!other) continue;
    const std::string what = difference(seen[0], seen[1]);
    if (!what.empty()) return "packet " + std::to_string(i) + ": " + what;
    if (i % 500 == 0 || i + 1 == kPackets) {
      const std::string tables = difference(steady, *other, now);
      if (!tables.empty()) return "after packet " + std::to_string(i) + ": " + tables;
    }
  }
  return {};
}

TEST(Restart, ChangesNothing) {
  const std::uint64_t first = number_from("STATEWALL_MODEL_FIRST", 1);
  const std::uint64_t seeds = number_from("STATEWALL_MODEL_SEEDS", kSeeds);
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    Random random(~seed);
    for (std::size_t i = 0; i <= kProfiles; ++i) {
      Profile profile = i == kProfiles ? mixed_profile(random) : profiles()[i];
      profile.max = profile.buckets = 4096;  // more than the traffic fills: nothing is evicted
      profile.acct = 1;
      const NamedMix& mix = random.of(traffic_mixes());
      ASSERT_EQ(play(profile, mix.mix, seed), "")
          << "seed " << seed << ", profile " << profile.name << " (" << i << "), mix " << mix.name;
    }
  }
}

}  // namespace
}  // namespace statewall::model
