#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "rules/match.h"

namespace statewall::rules {

/// What the lists of a ruleset take: `recent` and `hashlimit` a list for each name, `connlimit` one
/// for each rule. All of it is taken when an evaluator is made, so that it is counted before.
class ListMemory {
 public:
  /// Counts a match that stands in `rules` rules alike. Returns the bytes of all so far.
  std::uint64_t add(const Match& match, std::size_t rules);
  std::uint64_t bytes() const { return bytes_; }

 private:
  using Names = std::set<std::string, std::less<>>;

  std::uint64_t bytes_ = 0;
  Names recent_, hashlimit_;
};

}  // namespace statewall::rules
