#pragma once

#include <span>

#include "rules/changes.h"
#include "rules/ruleset.h"

// Whether one rule's conditions leave anything for another's.

namespace statewall::rules {

/// Rules whose conditions a packet meets, all of them: a rule, and the jumps on the way to it.
using Met = std::span<const Rule* const>;

/// Does every packet that meets the conditions of all of `narrow` meet those of `wide`, too? Says
/// yes only where it is certain. What `changed` names may change between them.
bool covers(const Rule& wide, Met narrow, Changes changed = 0);

/// Does it take every packet that comes to it?
bool takes_all(const Rule& rule);

/// Does the table decide with this? A packet goes no further in it.
bool is_verdict(const Target& target);

/// Does no packet that meets its conditions come to the next rule of its chain?
bool is_final(const Rule& rule);

}  // namespace statewall::rules
