#pragma once

#include "rules/match.h"
#include "statewall/time.h"

namespace statewall::rules {

/// Does this moment, since the Unix epoch, UTC, lie in the times that `-m time` names?
bool holds_at(const TimeMatch& match, Nanoseconds now);

}  // namespace statewall::rules
