#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "statewall/result.h"

namespace statewall {

/// Where the bytes of an Input come from: a file, or what compressed bytes decompress to.
class Source {
 public:
  Source() = default;
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Waits for the next bytes and no longer, and puts as many of them into `room` as there are.
  /// Returns their number: 0 at the end, or where the source fails, and nothing else from then on.
  /// REQUIRES: `room` is not empty.
  virtual std::size_t read(std::span<std::uint8_t> room) = 0;

  /// Why it ended, if that was not its end.
  virtual std::optional<Error> failure() const = 0;
};

}  // namespace statewall
