#pragma once

#include <cstdint>

#include "rules/match.h"
#include "rules/match_memory.h"
#include "rules/subject.h"

namespace statewall::rules {

enum class Matching : std::uint8_t {
  no,
  yes,
  drop  ///< the packet is too short to tell: it is dropped at once, as the kernel does (H1)
};

/// Does the packet meet this condition? `memory` is that of the rule's match, for those that have
/// one (`limit`, `recent`, ...); others do not look at it.
Matching test(const Match& match, const Subject& subject, MatchMemory& memory);

}  // namespace statewall::rules
