#include "measure/memory_floor.h"

#include <array>

namespace statewall::bench {

MemoryFloor::MemoryFloor(std::uint32_t flows, std::span<std::byte> memory)
    : memory_(memory), lines_(static_cast<std::uint32_t>(memory_needed(flows) / kLine)) {
  for (std::size_t line = 0; line < lines_; ++line) memory_[line * kLine] = std::byte{1};
}

std::size_t MemoryFloor::run() {
  std::array<const std::byte*, kBatch> chosen;
  for (const std::byte*& line : chosen) {
    line = memory_.data() + std::size_t{random_.below(lines_)} * kLine;
    __builtin_prefetch(line);
  }
  std::size_t sum = 0;
  for (const std::byte* line : chosen) sum += static_cast<std::size_t>(*line);
  return sum;
}

}  // namespace statewall::bench
