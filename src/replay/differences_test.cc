#include "replay/differences.h"

#include <gtest/gtest.h>

#include "replay/worlds.h"
#include "wire/testing.h"

namespace statewall {
namespace {

Observation because(Reason reason) {
  Observation observation;
  observation.reason = reason;
  observation.state = state_of(reason);
  return observation;
}

void add(Differences& differences, std::uint64_t frame, Reason a, Reason b) {
  differences.add({"a.pcap", frame, 0, {}, because(a), because(b)});
}

TEST(Differences, CountPacketsOfAnotherStateAlone) {
  Differences differences(10);
  add(differences, 1, Reason::opens_udp, Reason::opens_udp);
  add(differences, 2, Reason::opens_udp, Reason::still_unreplied);  // both NEW
  add(differences, 3, Reason::opens_udp, Reason::first_reply);
  EXPECT_EQ(differences.packets(), 3);
  EXPECT_EQ(differences.differing(), 1);
  ASSERT_EQ(differences.groups().size(), 1);
  EXPECT_EQ(differences.groups()[0].first.at(0).frame, 3);
}

TEST(Differences, HaveTheLargestGroupFirstAndThenGoBySlug) {
  Differences differences(10);
  add(differences, 1, Reason::quotes_unknown, Reason::quotes_connection);
  add(differences, 2, Reason::opens_udp, Reason::reply_direction);
  add(differences, 3, Reason::opens_udp, Reason::after_reply);
  add(differences, 4, Reason::opens_udp, Reason::after_reply);
  add(differences, 5, Reason::opens_udp, Reason::first_reply);
  std::vector<Reason> order;
  for (const DifferenceGroup& group : differences.groups()) order.push_back(group.b);
  EXPECT_EQ(order, (std::vector{Reason::after_reply, Reason::first_reply, Reason::reply_direction,
                                Reason::quotes_connection}));
}

TEST(Differences, KeepTheFirstOfEachGroup) {
  Differences differences(2);
  for (std::uint64_t frame = 1; frame <= 1000; ++frame) {
    add(differences, frame, Reason::opens_udp, Reason::first_reply);
  }
  const DifferenceGroup group = differences.groups().at(0);
  EXPECT_EQ(group.packets, 1000);
  ASSERT_EQ(group.first.size(), 2);
  EXPECT_EQ(group.first.back().frame, 2);
}

TEST(Worlds, SeeTheSamePacketsEachByItsOwnProfile) {
  Profile impatient = tutorial();
  impatient.icmp_timeout = 5;
  const WorldConfig configs[] = {{.profile = tutorial()}, {.profile = impatient}};
  auto worlds = Worlds::create(configs);
  ASSERT_TRUE(worlds);
  const Packet query = testing::read(testing::ipv4(1, testing::icmp(8, 0, 7 << 16)));
  const Packet reply = testing::read(
      testing::ipv4({.source = testing::kB, .destination = testing::kA, .protocol = 1},
                    testing::icmp(0, 0, 7 << 16)));
  worlds->pass(0, query);
  const auto seen = worlds->pass(6 * kNanosecondsPerSecond, reply);
  EXPECT_EQ(seen[0].reason, Reason::replies_to_query);
  EXPECT_EQ(seen[1].reason, Reason::reply_without_query);
  EXPECT_EQ(worlds->at(1).size(), 0);
}

TEST(Worlds, AProfileWithoutATableIsAnError) {
  Profile none = tutorial();
  none.max = 0;
  const WorldConfig config{.profile = none};
  EXPECT_FALSE(Worlds::create({&config, 1}));
}

}  // namespace
}  // namespace statewall
