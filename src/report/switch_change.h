#pragma once

#include <cstdint>
#include <vector>

#include "statewall/profile.h"

namespace statewall {

/// A switch on which two profiles differ.
struct SwitchChange {
  const Switch* row;
  std::uint32_t a;
  std::uint32_t b;
};

/// All of them, in the order of the table.
inline std::vector<SwitchChange> switch_changes(const Profile& a, const Profile& b) {
  std::vector<SwitchChange> changes;
  for (const Switch& row : switches()) {
    if (a.*row.field != b.*row.field) changes.push_back({&row, a.*row.field, b.*row.field});
  }
  return changes;
}

}  // namespace statewall
