#include "replay/explainer.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "wire/testing.h"

namespace statewall {
namespace {

using testing::icmp;
using testing::ipv4;
using testing::kA;
using testing::kB;
using testing::Octets;
using testing::udp;

using At = std::pair<Nanoseconds, Octets>;
constexpr Nanoseconds kSecond = kNanosecondsPerSecond;

Octets query(std::uint16_t id, std::uint16_t sequence = 1) {
  return ipv4(1, icmp(8, 0, std::uint32_t{id} << 16 | sequence));
}
Octets answer(std::uint8_t protocol, const Octets& payload) {
  return ipv4({.source = kB, .destination = kA, .protocol = protocol}, payload);
}
Octets reply(std::uint16_t id, std::uint16_t sequence = 1) {
  return answer(1, icmp(0, 0, std::uint32_t{id} << 16 | sequence));
}

/// The last frame explained, after the others.
Explanation explained(const std::vector<At>& frames, const Profile& profile = tutorial()) {
  auto explainer = Explainer::create({.profile = profile}, {});
  EXPECT_TRUE(explainer);
  Explanation explanation;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto& [time, bytes] = frames[i];
    const Frame frame{.bytes = bytes,
                      .original_length = bytes.size(),
                      .time = time,
                      .link = LinkType::raw,
                      .number = i + 1};
    if (i + 1 < frames.size()) {
      explainer->pass(frame);
    } else {
      explanation = explainer->explain("a.pcap", frame);
    }
  }
  return explanation;
}

TEST(Explainer, TellsTheEntryBeforeAndAfter) {
  const Explanation all =
      explained({{0, query(7)}, {kSecond, query(7, 2)}, {2 * kSecond, reply(7)}});
  EXPECT_EQ(all.observation.reason, Reason::replies_to_query);
  ASSERT_TRUE(all.found && all.after && all.history);
  EXPECT_EQ(all.found_direction, Direction::reply);
  EXPECT_EQ(all.found->open_queries, 2);
  EXPECT_EQ(all.after->open_queries, 1);
  EXPECT_EQ(all.history->opened.frame, 1);
  EXPECT_EQ(all.history->original_packets, 2);
  EXPECT_EQ(all.history->reply_packets, 0) << "the packet itself does not count yet";
  EXPECT_EQ(all.history->last.time, kSecond);
  ASSERT_EQ(all.events.size(), 1);
  EXPECT_EQ(all.events[0].kind, EventKind::update);
}

TEST(Explainer, APacketThatOpensFindsNothingAndLeavesAnEntry) {
  const Explanation all = explained({{0, query(7)}});
  EXPECT_FALSE(all.found || all.history || all.earlier);
  ASSERT_TRUE(all.after);
  EXPECT_EQ(all.after->id, all.observation.connection);
}

TEST(Explainer, TellsWhatHadTheTupleBefore) {
  const Explanation late = explained({{0, query(7)}, {31 * kSecond, reply(7)}});
  ASSERT_TRUE(late.earlier);
  EXPECT_EQ(late.earlier->end, DestroyCause::expired);
  EXPECT_EQ(late.earlier->ended.frame, 0);
  EXPECT_EQ(late.earlier->ended.time, 30 * kSecond);
  ASSERT_EQ(late.switches.size(), 1);
  EXPECT_EQ(late.switches[0].name, "icmp_timeout=2147483");
  EXPECT_EQ(late.switches[0].seen.state, State::established);

  const Explanation twice =
      explained({{0, query(7)}, {kSecond, reply(7)}, {2 * kSecond, reply(7)}});
  ASSERT_TRUE(twice.earlier);
  EXPECT_EQ(twice.earlier->end, DestroyCause::replied);
  EXPECT_EQ(twice.earlier->ended.frame, 2);
  EXPECT_EQ(twice.earlier->ended.time, kSecond);
}

TEST(Explainer, TellsNearMisses) {
  const Explanation all = explained({{0, query(7)}, {1, query(8)}, {2, reply(9)}});
  ASSERT_EQ(all.near.size(), 2);
  EXPECT_EQ(all.near[0].connection.id.number, 2) << "the newest first";
  EXPECT_EQ(all.near[0].field, "id");
  EXPECT_FALSE(all.earlier);
}

// An answer from another port, as TFTP gives it; but a client's next question is none.
TEST(Explainer, OfANewPacketOnlyWhatLooksLikeAnAnswerIsANearMiss) {
  const At asked{0, ipv4(17, udp(1025, 69))};
  const Explanation answered = explained({asked, {1, answer(17, udp(2000, 1025))}});
  ASSERT_EQ(answered.near.size(), 1);
  EXPECT_EQ(answered.near[0].field, "source port");
  EXPECT_TRUE(explained({asked, {1, ipv4(17, udp(1026, 69))}}).near.empty());
}

TEST(Explainer, KeepsThreeNearMissesAndCountsThemAll) {
  std::vector<At> frames;
  for (std::uint16_t id = 1; id <= 9; ++id) frames.push_back({id, query(id)});
  frames.push_back({10, reply(99)});
  const Explanation all = explained(frames);
  EXPECT_EQ(all.near.size(), 3);
  EXPECT_EQ(all.near_count, 9);
}

TEST(Explainer, AnErrorLooksItsQuoteUp) {
  const Octets quoted = ipv4(17, udp(1025, 53));
  const Octets error = answer(1, icmp(3, 3, 0, quoted));
  const Explanation all = explained({{0, quoted}, {1, error}});
  ASSERT_TRUE(all.looked_up && all.found);
  EXPECT_TRUE(all.looked_up->quoted);
  EXPECT_EQ(all.looked_up->tuple, all.found->original);
  EXPECT_FALSE(all.after);
  ASSERT_EQ(all.events.size(), 1);
  EXPECT_EQ(all.events[0].cause, DestroyCause::error);
}

// error_to_sender: the connection is found, and the error INVALID all the same.
TEST(Explainer, AMisdirectedErrorTellsItsConnectionAndTheSwitch) {
  const Octets quoted = ipv4(17, udp(1025, 53));
  const Octets error =
      ipv4({.source = kA, .destination = kB, .protocol = 1}, icmp(3, 3, 0, quoted));
  const Explanation all = explained({{0, quoted}, {1, error}});
  EXPECT_EQ(all.observation.reason, Reason::error_misdirected);
  EXPECT_TRUE(all.found);
  ASSERT_EQ(all.switches.size(), 1);
  EXPECT_EQ(all.switches[0].name, "error_to_sender=off");
  ASSERT_EQ(all.profiles.size(), profiles().size());
  EXPECT_EQ(all.profiles[0].seen.state, State::invalid);
  EXPECT_EQ(all.profiles[1].seen.state, State::related);
}

TEST(Explainer, APacketThatAloneDecidesLooksNothingUp) {
  const Explanation all = explained({{0, ipv4(1, icmp(9, 0, 0))}});
  EXPECT_EQ(all.observation.reason, Reason::icmp_type_untracked);
  EXPECT_FALSE(all.looked_up);
}

}  // namespace
}  // namespace statewall
