#include "track/pool.h"

#include <algorithm>
#include <new>

namespace statewall {
namespace {

constexpr std::uint32_t kBatch = 32;
constexpr std::uint32_t kMostIdle = 64;

}  // namespace

void RecordPool::lay_out(std::span<Record> records, bool shared) {
  records_ = records;
  shared_ = shared;
}

bool RecordPool::stock(FreeList& mine) {
  if (mine.count != 0) return true;
  if (shared_) {
    const Guard guard(lock_, true);
    while (common_.count != 0 && mine.count < kBatch) push(mine, pop(common_));
    if (mine.count != 0) return true;
  }
  return open_fresh(mine);
}

/// Takes records that were never used; one by one where nobody competes, so that no page is touched
/// before it is needed. They are made without a lock, and then shown in the order of their slots.
bool RecordPool::open_fresh(FreeList& mine) {
  std::uint32_t begin = claimed_.load(std::memory_order_relaxed);
  std::uint32_t count;
  do {
    const auto left = static_cast<std::uint32_t>(records_.size() - begin);
    count = std::min(left, shared_ ? kBatch : 1);
    if (count == 0) return false;
  } while (!claimed_.compare_exchange_weak(begin, begin + count, std::memory_order_relaxed));
  for (std::uint32_t slot = begin + count; slot-- > begin;) {
    Record* record = new (&records_[slot]) Record{};
    record->worker.store(kNobody, std::memory_order_relaxed);
    push(mine, slot);
  }
  mine.soon = begin + count;
  mine.soon_end =
      static_cast<std::uint32_t>(std::min(records_.size(), std::size_t{begin} + 2 * count));
  while (fresh_.load(std::memory_order_acquire) != begin) relax();
  fresh_.store(begin + count, std::memory_order_release);
  return true;
}

void RecordPool::give(FreeList& mine, std::uint32_t slot) {
  push(mine, slot);
  if (!shared_ || mine.count <= kMostIdle) return;
  const Guard guard(lock_, true);
  while (mine.count > kMostIdle - kBatch) push(common_, pop(mine));
}

}  // namespace statewall
