#pragma once

#include <string>
#include <vector>

#include "statewall/profile.h"

namespace statewall {

/// A profile with one switch changed.
struct Variant {
  std::string name;  ///< "icmp_timeout=2147483"
  Profile profile;
};

/// What a profile might be with one switch changed: each flag turned over, each timeout at its
/// longest, each number of bytes needed at its least, and each value that another profile has.
/// Switches that no state depends on are left out.
std::vector<Variant> variants(const Profile& profile);

}  // namespace statewall
