#include "rules/matching.h"

#include <array>
#include <cstddef>
#include <utility>
#include <variant>

#include "rules/conditions.h"

namespace statewall::rules {
namespace {

using Test = Matching (*)(const Match&, const Subject&, MatchMemory&);

template <std::size_t kIndex>
Matching test_at(const Match& match, const Subject& subject, MatchMemory& memory) {
  return test(*std::get_if<kIndex>(&match), subject, memory);
}

template <std::size_t... kIndexes>
constexpr std::array<Test, sizeof...(kIndexes)> table(std::index_sequence<kIndexes...>) {
  return {test_at<kIndexes>...};
}

constexpr auto kTests = table(std::make_index_sequence<std::variant_size_v<Match>>());

}  // namespace

Matching test(const Match& match, const Subject& subject, MatchMemory& memory) {
  return kTests[match.index()](match, subject, memory);
}

}  // namespace statewall::rules
