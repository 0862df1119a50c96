#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "statewall/profile.h"
#include "tests/model/choices.h"
#include "tests/model/comparison.h"
#include "tests/model/traffic.h"

// The fast tracker held against the slow one on random traffic. STATEWALL_MODEL_SEEDS sets how many
// seeds each of the tests plays; STATEWALL_MODEL_FIRST where they begin, to replay one.

namespace statewall::model {
namespace {

constexpr std::uint64_t kPacketsPerSeed = 2000;
constexpr std::uint64_t kPacketsBetweenTables = 50;
constexpr std::uint64_t kSeeds = 200;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

enum class Setting { tutorial, linux_2_4, any_switches, small_table, crowd };
constexpr std::uint64_t kSettings = 5;

Profile profile_for(Setting setting, Choices& choices) {
  constexpr std::uint32_t more_than_traffic_fills = 4096;
  Profile profile = tutorial();
  if (setting == Setting::linux_2_4) profile = linux_2_4();
  if (setting > Setting::linux_2_4) profile = random_profile(choices);
  profile.max = more_than_traffic_fills;
  // A tracker may look at a few dozen records for one to evict: where the table is no larger than
  // that, "none can be" is exact. In a crowd it is so too, as next to none is ASSURED.
  if (setting == Setting::small_table) profile.max = 1 + choices.below(16);
  if (setting == Setting::crowd) profile.max = 64 + 4 * choices.below(64);
  profile.buckets = profile.max;
  return profile;
}

/// What a person needs to see of a profile: where it is not the tutorial's.
std::string switches_of(const Profile& profile) {
  std::string out;
  for (const Switch& row : switches()) {
    if (profile.*row.field == row.values[0]) continue;
    out += ' ' + std::string(row.name) + '=' + std::to_string(profile.*row.field);
  }
  return out;
}

class Model : public testing::TestWithParam<Setting> {};

TEST_P(Model, AgreesOnRandomTraffic) {
  const std::uint64_t first = number_from("STATEWALL_MODEL_FIRST", 1);
  const std::uint64_t seeds = number_from("STATEWALL_MODEL_SEEDS", kSeeds);
  std::uint64_t packets = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    RandomChoices choices(kSettings * seed + static_cast<std::uint64_t>(GetParam()));
    const Profile profile = profile_for(GetParam(), choices);
    Comparison comparison(profile);
    Traffic traffic(choices, GetParam() == Setting::crowd);
    bool agree = true;
    while (agree && comparison.packets() < kPacketsPerSeed) {
      std::array<Step, 8> batch;
      const std::size_t size = choices.one_in(2) ? 1 : 1 + choices.below(8);
      for (std::size_t i = 0; i < size; ++i) batch[i] = traffic.next();
      const std::size_t before = comparison.packets() / kPacketsBetweenTables;
      agree = comparison.play(std::span(batch).first(size));
      if (agree && comparison.packets() / kPacketsBetweenTables != before) {
        agree = comparison.compare_tables();
      }
    }
    agree = agree && comparison.compare_tables();
    packets += comparison.packets();
    ASSERT_TRUE(agree) << "seed " << seed << ", " << comparison.difference()
                       << "switches:" << switches_of(profile);
  }
  std::cout << packets << " packets compared, " << seeds << " seeds\n";
}

std::string name_of(const testing::TestParamInfo<Setting>& info) {
  constexpr const char* names[] = {"Tutorial", "Linux24", "AnySwitches", "SmallTable", "Crowd"};
  return names[static_cast<int>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(, Model,
                         testing::Values(Setting::tutorial, Setting::linux_2_4,
                                         Setting::any_switches, Setting::small_table,
                                         Setting::crowd),
                         name_of);

}  // namespace
}  // namespace statewall::model
