#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "system/table_memory.h"

namespace statewall::bench {

/// Memory for a table. A benchmark that finds none is over.
inline TableMemory reserve(std::size_t bytes) {
  Result<TableMemory> memory = TableMemory::reserve(bytes);
  if (!memory) {
    std::fprintf(stderr, "%s\n", memory.error().text().c_str());
    std::exit(1);
  }
  return std::move(*memory);
}

}  // namespace statewall::bench
