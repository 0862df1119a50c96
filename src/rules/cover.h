#pragma once

#include "rules/ruleset.h"

// Whether one rule's conditions leave anything for another's.

namespace statewall::rules {

/// Does every packet that meets the conditions of `narrow` meet those of `wide`, too? Says yes only
/// where it is certain.
bool covers(const Rule& wide, const Rule& narrow);

/// Does it take every packet that comes to it?
bool takes_all(const Rule& rule);

/// Does no packet that meets its conditions come to the next rule of its chain?
bool is_final(const Rule& rule);

}  // namespace statewall::rules
