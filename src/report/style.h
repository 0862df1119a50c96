#pragma once

#include <string_view>

#include "report/buffer.h"
#include "statewall/connection.h"

namespace statewall {

/// Is output for people coloured?
enum class Color : bool { no, yes };

/// The escape sequence (ECMA-48 8.3.117) that begins the colour of a state.
constexpr std::string_view color_of(State state) {
  switch (state) {
    case State::new_: return "\x1b[36m";
    case State::established: return "\x1b[32m";
    case State::related: return "\x1b[33m";
    case State::invalid: return "\x1b[1;31m";
    case State::untracked: return "\x1b[35m";
    case State::none: break;
  }
  return "\x1b[2m";
}
inline constexpr std::string_view kColorEnd = "\x1b[0m";

/// The word for a state, "-" for none, padded to `width`.
inline void append_state(Buffer& out, State state, std::size_t width, Color color) {
  if (color == Color::yes) append(out, color_of(state));
  append_padded(out, state == State::none ? "-" : name(state), width);
  if (color == Color::yes) append(out, kColorEnd);
}

}  // namespace statewall
