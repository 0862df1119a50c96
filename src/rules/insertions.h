#pragma once

#include <cstdint>
#include <vector>

namespace statewall::rules {

/// Things come one after the other, each to a place in the row of those that are there:
/// `positions[i]`, from 0 to i. Where each of them stands in the end, in O(n log n).
std::vector<std::uint32_t> places_of_insertions(const std::vector<std::uint32_t>& positions);

}  // namespace statewall::rules
