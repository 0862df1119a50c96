#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "statewall/result.h"

namespace statewall {

/// Memory for a connection table, straight from the system: aligned to pages, and taken only as far
/// as it is touched.
class TableMemory {
 public:
  static Result<TableMemory> reserve(std::size_t bytes);

  TableMemory(TableMemory&& other) noexcept;
  TableMemory& operator=(TableMemory&&) = delete;
  ~TableMemory();

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  explicit TableMemory(std::span<std::byte> bytes) : bytes_(bytes) {}

  std::span<std::byte> bytes_;
};

}  // namespace statewall
