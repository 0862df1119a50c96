#include "system/table_memory.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace statewall {

Result<TableMemory> TableMemory::reserve(std::size_t bytes) {
  void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) {
    return Error{ErrorKind::runtime, "",
                 fmt::format("no room for a table of {} bytes (see the switch max): {}", bytes,
                             std::strerror(errno))};
  }
  // Records are looked up at random, and pages are few then. Where the system has none so large, it
  // does without.
  madvise(start, bytes, MADV_HUGEPAGE);
  return TableMemory({static_cast<std::byte*>(start), bytes});
}

TableMemory::TableMemory(TableMemory&& other) noexcept
    : bytes_(std::exchange(other.bytes_, std::span<std::byte>{})) {}

TableMemory::~TableMemory() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

}  // namespace statewall
