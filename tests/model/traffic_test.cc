#include "tests/model/traffic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "statewall/reason.h"
#include "tests/model/choices.h"
#include "tests/model/facts.h"
#include "tests/model/slow_tracker.h"

// A comparison proves nothing about what its traffic never reaches. Here the slow tracker tells
// what the traffic does reach.

namespace statewall::model {
namespace {

struct Reached {
  std::set<Reason> reasons;
  std::set<DestroyCause> causes;
  /// Direction, event (the highest of RST, SYN, FIN and ACK) and state before the packet.
  std::set<std::tuple<Direction, int, TcpState>> tcp;
};

int event_of(std::uint8_t flags) {
  for (const std::uint8_t flag : {tcp_flag::rst, tcp_flag::syn, tcp_flag::fin, tcp_flag::ack}) {
    if ((flags & flag) != 0) return flag;
  }
  return 0;
}

/// Plays one seed, and notes what is reached.
void play(std::uint64_t seed, Reached& reached) {
  RandomChoices choices(seed);
  Profile profile = random_profile(choices);
  if (seed % 4 == 0) profile.max = 1 + choices.below(16);
  Traffic traffic(choices);
  SlowTracker tracker(profile);
  std::map<std::uint64_t, TcpState> states;
  Nanoseconds now = 0;
  for (int i = 0; i < 1000; ++i) {
    const Step step = traffic.next();
    const Packet packet = read(step);
    now += step.advance;
    const Observation seen = tracker.observe(packet, step.zone, step.notrack, now);
    const std::uint64_t number = seen.connection.number;
    reached.reasons.insert(seen.reason);
    if (seen.state != State::related && states.contains(number)) {
      reached.tcp.insert({seen.direction, event_of(packet.tcp.flags), states[number]});
    }
    if (step.fate == Fate::confirm) tracker.confirm();
    if (step.fate == Fate::drop) tracker.drop();
    if (step.deed == Deed::erase) tracker.erase(step.to % (number + 1));
    const std::optional<Connection> entry = tracker.find(number);
    if (entry && entry->tcp_state != TcpState::none) states[number] = entry->tcp_state;
    for (const Happening& happening : tracker.take_happenings()) {
      reached.causes.insert(happening.cause);
    }
  }
}

TEST(Traffic, ReachesAllThereIs) {
  Reached reached;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) play(seed, reached);

  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (slug(reason).starts_with("fragment-")) continue;  // of reassembly, not of the tracker
    EXPECT_EQ(reached.reasons.contains(reason), !beyond_the_model(reason)) << slug(reason);
  }
  for (int i = 0; i <= static_cast<int>(DestroyCause::reset); ++i) {
    const auto cause = static_cast<DestroyCause>(i);
    EXPECT_TRUE(reached.causes.contains(cause)) << name(cause);
  }
  // No packet leads to LAST_ACK (E.3): nobody goes there but from there.
  for (int state = 1; state < static_cast<int>(TcpState::last_ack); ++state) {
    for (const Direction direction : {Direction::original, Direction::reply}) {
      for (const int event : {tcp_flag::rst, tcp_flag::syn, tcp_flag::fin, tcp_flag::ack}) {
        const auto from = static_cast<TcpState>(state);
        EXPECT_TRUE(reached.tcp.contains({direction, event, from}))
            << name(direction) << ' ' << event << " in " << name(from);
      }
    }
  }
}

TEST(Traffic, IsTheSameForTheSameSeed) {
  RandomChoices choices(7);
  RandomChoices same_choices(7);
  Traffic traffic(choices);
  Traffic same(same_choices);
  for (int i = 0; i < 100; ++i) {
    const Step a = traffic.next();
    const Step b = same.next();
    EXPECT_TRUE(std::ranges::equal(a.bytes.span(), b.bytes.span()));
    EXPECT_EQ(a.advance, b.advance);
  }
}

TEST(Choices, ARecordedProgramPlaysAgain) {
  RandomChoices random(11);
  RecordedChoices recorded(random);
  Traffic traffic(recorded);
  std::array<Step, 50> steps;
  for (Step& step : steps) step = traffic.next();
  recorded.next_step();
  ASSERT_EQ(recorded.bytes().size(), steps.size() * ByteChoices::kBytesPerStep);

  ByteChoices bytes(recorded.bytes());
  Traffic again(bytes);
  for (const Step& step : steps) {
    const Step same = again.next();
    EXPECT_TRUE(std::ranges::equal(step.bytes.span(), same.bytes.span()));
    EXPECT_EQ(step.fate, same.fate);
  }
  EXPECT_FALSE(bytes.more());
}

}  // namespace
}  // namespace statewall::model
