#pragma once

#include "rules/changes.h"
#include "rules/ruleset.h"

// Whether two rules' conditions can hold of the same packet.

namespace statewall::rules {

/// Does no packet meet the conditions of both? Says yes only where it is certain. What `changed`
/// names may change between the two.
bool excludes(const Rule& one, const Rule& other, Changes changed = 0);

}  // namespace statewall::rules
