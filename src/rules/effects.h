#pragma once

#include "rules/subject.h"
#include "rules/target.h"

namespace statewall::rules {

/// Carries out a target that changes the packet or its connection: MARK, CONNMARK, CT, TTL, TOS and
/// DSCP. False if it could not be done as the kernel does it.
bool apply(const Target& target, Subject& subject, Lookup* lookup);

}  // namespace statewall::rules
