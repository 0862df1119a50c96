#pragma once

#include <utility>

namespace statewall {

/// Plays the same packets again where something differs: only if something does then, too, was it
/// more than the clock (see clock.h). The verdict of the second play; where nothing differs in it,
/// with what differed in the first. `play` returns a Result of a verdict.
template <typename Play>
auto play_twice(const Play& play) -> decltype(play()) {
  auto first = play();
  if (!first || !first->difference) return first;
  auto second = play();
  if (!second) return second;
  second->runs = 1;
  second->again = second->difference.has_value();
  if (!second->again) {
    second->difference = std::move(first->difference);
    second->number = first->number;
  }
  return second;
}

}  // namespace statewall
