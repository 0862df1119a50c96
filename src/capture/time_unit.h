#pragma once

#include <cstdint>

#include "statewall/time.h"

namespace statewall {

/// The clock of one pcapng interface: turns its ticks into nanoseconds since the Unix epoch,
/// rounded down. What 64 bits cannot hold becomes the nearest moment that they can.
class TimeUnit {
 public:
  /// `resolution` as in if_tsresol: a tick is 10^-n seconds, or 2^-n with the top bit set, where n
  /// is the rest. `offset` as in if_tsoffset: seconds to add.
  explicit TimeUnit(std::uint8_t resolution = 6, std::int64_t offset = 0);

  Nanoseconds time(std::uint64_t ticks) const;

 private:
  bool binary_;
  std::uint8_t exponent_;
  std::uint64_t factor_ = 1;   // decimal: ticks * factor / divisor are nanoseconds; one of the two
  std::uint64_t divisor_ = 1;  // is 1; a divisor of 0: a tick is too short to count
  Nanoseconds offset_;
};

}  // namespace statewall
