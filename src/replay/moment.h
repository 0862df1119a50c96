#pragma once

#include <cstdint>
#include <string_view>

#include "statewall/result.h"
#include "statewall/time.h"

namespace statewall {

/// A place in a capture, as people name it.
struct Moment {
  enum class Kind : std::uint8_t {
    frame,       ///< 12
    offset,      ///< +2.5s, after the first frame; also ms, us, m, h; seconds without a unit
    time,        ///< 1609459200.5 (seconds since the Unix epoch), 2021-01-01T00:00:00.5 (UTC)
    time_of_day  ///< 12:30:01.25 (UTC), the next one from the first frame on
  };
  Kind kind = Kind::frame;
  std::uint64_t frame = 0;
  Nanoseconds time = 0;  ///< by kind: since the first frame, the epoch, midnight
};

/// Understands one of the forms above. The Error names `option`.
Result<Moment> parse_moment(std::string_view option, std::string_view text);

/// The time that a moment means in a capture whose first frame is at `first`.
/// REQUIRES: it is not a frame.
Nanoseconds time_of(const Moment& moment, Nanoseconds first);

}  // namespace statewall
