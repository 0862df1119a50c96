#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "statewall/profile.h"
#include "tests/model/choices.h"
#include "tests/model/comparison.h"
#include "tests/model/traffic.h"

// The input is a little program: 32 bytes choose a profile, then 32 bytes a packet, in the language
// of tests/model/traffic.cc. The fast tracker and the slow one must agree on all of it.

namespace {

using namespace statewall;

constexpr std::size_t kMostPackets = 32;

Profile choose_profile(model::ByteChoices& choices) {
  choices.next_step();
  const std::uint32_t kind = choices.below(3);
  const std::uint32_t max = 1 + choices.below(16);
  Profile profile = tutorial();
  if (kind == 1) profile = linux_2_4();
  if (kind == 2) profile = model::random_profile(choices);
  profile.max = max;  // small tables are laid out fast, and filled
  profile.buckets = max;
  return profile;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  model::ByteChoices choices({data, size});
  model::Comparison comparison(choose_profile(choices));
  model::Traffic traffic(choices);
  bool agree = true;
  while (agree && choices.more() && comparison.packets() < kMostPackets) {
    std::array<model::Step, 4> batch;
    std::size_t n = 0;
    while (n < batch.size() && choices.more()) batch[n++] = traffic.next();
    agree = comparison.play(std::span(batch).first(n));
  }
  if (!agree || !comparison.compare_tables()) {
    std::fprintf(stderr, "%s", comparison.difference().c_str());
    std::abort();
  }
  return 0;
}
