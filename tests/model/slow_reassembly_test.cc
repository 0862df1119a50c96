#include "tests/model/slow_reassembly.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/model/choices.h"
#include "tests/model/reassembly_traffic.h"

namespace statewall::model {
namespace {

TEST(SlowReassembly, AgreesWithTheFastOne) {
  std::map<std::string, int> words;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    RandomChoices choices(seed);
    SlowReassembly slow;
    testing::Reassembler fast;
    Nanoseconds now = 0;
    for (int i = 0; i < 2000; ++i) {
      const testing::FragmentFields f = random_fragment(choices);
      now += choices.one_in(64) ? 31 * kNanosecondsPerSecond : choices.below(3) * 100'000'000;
      const Reassembled got = fast.take(f, now);
      const SlowReassembly::Answer expected = slow.take(f, now);
      ++words[expected.word];
      ASSERT_EQ(testing::word(got), expected.word) << "seed " << seed << ", fragment " << i;
      if (expected.word != "whole") continue;
      const auto payload = got.datagram.last(expected.payload.size());
      ASSERT_TRUE(std::ranges::equal(payload, expected.payload)) << seed << ' ' << i;
    }
  }
  for (const char* word : {"-", "passes", "held", "whole", "repeated", "overlaps", "misfit",
                           "empty", "too-long", "ecn"}) {
    EXPECT_GT(words[word], 0) << word;
  }
}

}  // namespace
}  // namespace statewall::model
