#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "measure/random.h"

namespace statewall::bench {

/// What memory alone costs: one random cache line of as much memory as `flows` connections take,
/// prefetched in batches of `kBatch`.
class MemoryFloor {
 public:
  static constexpr std::size_t kBatch = 32;
  static constexpr std::size_t kBytesPerConnection = 140;

  static constexpr std::size_t memory_needed(std::uint32_t flows) {
    return std::size_t{flows} * kBytesPerConnection;
  }

  /// Writes to each line, so that it is there.
  ///
  /// REQUIRES: `memory` has `memory_needed` bytes and outlives this.
  MemoryFloor(std::uint32_t flows, std::span<std::byte> memory);

  /// Reads a batch of lines. The sum of what they hold: as many as there are.
  std::size_t run();

 private:
  static constexpr std::size_t kLine = 64;

  std::span<std::byte> memory_;
  std::uint32_t lines_;
  Random random_;
};

}  // namespace statewall::bench
