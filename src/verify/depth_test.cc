#include <gtest/gtest.h>

#include <array>

#include "replay/world.h"
#include "traffic/traffic.h"

// Generated traffic gets deep: what a tracker says of it is not mostly INVALID.

namespace statewall {
namespace {

constexpr int kPackets = 20000;

std::array<int, 6> states(std::string_view mix_name) {
  TrafficMix mix = *traffic_mix(mix_name);
  mix.ipv6 = 0;
  Traffic traffic(1, mix);
  const auto world = World::create({});
  EXPECT_TRUE(world);
  std::array<int, 6> counts{};
  Octets packet;
  for (int i = 0; i < kPackets; ++i) {
    traffic.next(packet);
    const Observation observation = (*world)->pass(read_ip(packet)).observation;
    ++counts[static_cast<std::size_t>(observation.state)];
  }
  return counts;
}

int share(const std::array<int, 6>& counts, State state) {
  return counts[static_cast<std::size_t>(state)] * 100 / kPackets;
}

TEST(Traffic, GetsDeep) {
  const auto all = states("all");
  EXPECT_GE(share(all, State::established), 30);
  EXPECT_GE(share(all, State::new_), 5);
  EXPECT_GE(share(all, State::related), 5);
  EXPECT_GE(share(all, State::invalid), 5);
  EXPECT_GE(share(states("tcp"), State::established), 60);
  EXPECT_GE(share(states("errors"), State::related), 15);
}

}  // namespace
}  // namespace statewall
