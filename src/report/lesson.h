#pragma once

#include <string_view>

#include "statewall/reason.h"

namespace statewall {

/// What somebody who wonders about a packet's state should know of its reason, beyond the sentence:
/// a paragraph, and where that comes from.
struct Lesson {
  std::string_view text;
  std::string_view source;  ///< an RFC and its section, or the behaviour of a kernel
};

/// REQUIRES: `reason` is not `count`.
const Lesson& lesson(Reason reason);

}  // namespace statewall
