#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "statewall/saved_connection.h"

// One connection in a state file: docs/state-file.md tells what stands where.

namespace statewall {

inline constexpr std::size_t kStateRecord = 160;

/// The reply tuple is not written: without translation it follows from the original one.
void write_state_record(const SavedConnection& saved, std::span<std::uint8_t, kStateRecord> bytes);

/// Any bytes make a value. Whether it can be is for `Tracker::restore` to say.
SavedConnection read_state_record(std::span<const std::uint8_t, kStateRecord> bytes);

}  // namespace statewall
