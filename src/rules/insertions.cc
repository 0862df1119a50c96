#include "rules/insertions.h"

#include <cstddef>

namespace statewall::rules {
namespace {

/// Which places of a row are free, as a Fenwick tree: finds the nth of them, and takes it.
class FreePlaces {
 public:
  explicit FreePlaces(std::size_t count) : sums_(count + 1) {
    for (std::size_t i = 1; i < sums_.size(); ++i)
      sums_[i] = static_cast<std::uint32_t>(i & (~i + 1));
    while (top_ * 2 < sums_.size()) top_ *= 2;
  }

  std::uint32_t take(std::uint32_t nth) {
    std::size_t at = 0;
    for (std::size_t step = top_; step > 0; step /= 2) {
      if (at + step >= sums_.size() || sums_[at + step] > nth) continue;
      at += step;
      nth -= sums_[at];
    }
    for (std::size_t i = at + 1; i < sums_.size(); i += i & (~i + 1)) --sums_[i];
    return static_cast<std::uint32_t>(at);
  }

 private:
  std::vector<std::uint32_t> sums_;
  std::size_t top_ = 1;
};

}  // namespace

std::vector<std::uint32_t> places_of_insertions(const std::vector<std::uint32_t>& positions) {
  // Backwards: the last to come stands where it was put, among the places that are left.
  std::vector<std::uint32_t> places(positions.size());
  FreePlaces free(positions.size());
  for (std::size_t i = positions.size(); i-- > 0;) places[i] = free.take(positions[i]);
  return places;
}

}  // namespace statewall::rules
