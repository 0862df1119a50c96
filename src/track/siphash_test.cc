#include "track/siphash.h"

#include <gtest/gtest.h>

#include <vector>

namespace statewall {
namespace {

// The bytes 00 01 02 ... under a key of zero, as other implementations of SipHash-1-3 hash them.
TEST(SipHash, AgreesWithOtherImplementations) {
  const std::pair<std::size_t, std::uint64_t> expected[] = {
      {1, 0xead411e67ebe2eea}, {2, 0x8972188433a5c5b7}, {5, 0x95bc321ab41d8206}};
  for (const auto& [count, hash] : expected) {
    std::vector<std::uint64_t> words;
    for (std::size_t i = 0; i < count; ++i) {
      words.push_back(0x0706050403020100 + i * 0x0808080808080808);
    }
    EXPECT_EQ(siphash13({0, 0}, words), hash) << count << " words";
  }
}

TEST(SipHash, DependsOnEveryBitOfTheKey) {
  const std::vector<std::uint64_t> words{1, 2};
  const std::uint64_t plain = siphash13({0, 0}, words);
  for (int bit = 0; bit < 64; ++bit) {
    EXPECT_NE(siphash13({1ULL << bit, 0}, words), plain);
    EXPECT_NE(siphash13({0, 1ULL << bit}, words), plain);
  }
}

}  // namespace
}  // namespace statewall
