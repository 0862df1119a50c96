#pragma once

#include <cstdint>

namespace statewall {

/// A moment or a span, in nanoseconds. Moments count from an origin that the caller chooses (for
/// captures the Unix epoch). The library has no clock: every call that needs the time takes it.
using Nanoseconds = std::int64_t;

inline constexpr Nanoseconds kNanosecondsPerMillisecond = 1'000'000;
inline constexpr Nanoseconds kNanosecondsPerSecond = 1'000'000'000;

}  // namespace statewall
