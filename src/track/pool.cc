#include "track/pool.h"

#include <algorithm>
#include <new>

namespace statewall {
namespace {

// In the list; as many as a batch lie ahead of it.
constexpr std::uint32_t kMostIdle = 48;

}  // namespace

void RecordPool::lay_out(std::span<Record> records, std::span<Bits> made, bool shared) {
  records_ = records;
  made_ = made;
  shared_ = shared;
  for (Bits& bits : made_) new (&bits) Bits(0);
}

/// First what others gave back, so that memory is used again before more of it is.
bool RecordPool::restock(FreeList& mine) {
  if (shared_ && common_.count != 0) {
    Guard guard(lock_, true);
    while (common_.count != 0 && mine.count < kBatch) push(mine, pop(common_));
    if (mine.count != 0) return true;
  }
  if (mine.ahead == mine.ahead_end) claim_ahead(mine);
  make_ahead(mine);
  claim_ahead(mine);
  return mine.count != 0;
}

void RecordPool::claim_ahead(FreeList& mine) {
  std::uint32_t begin = claimed_.load(std::memory_order_relaxed);
  std::uint32_t end;
  do {
    end = std::min(begin + kBatch, static_cast<std::uint32_t>(records_.size()));
  } while (!claimed_.compare_exchange_weak(begin, end, std::memory_order_relaxed));
  mine.ahead = mine.fetched = begin;
  mine.ahead_end = end;
}

void RecordPool::make_ahead(FreeList& mine) {
  if (mine.ahead == mine.ahead_end) return;
  for (std::uint32_t slot = mine.ahead_end; slot-- > mine.ahead;) {
    Record* record = new (&records_[slot]) Record{};
    record->worker.store(kNobody, std::memory_order_relaxed);
    push(mine, slot);
  }
  const std::uint32_t batch = mine.ahead / kBatch;
  made_[batch / 64].fetch_or(std::uint64_t{1} << batch % 64, std::memory_order_release);
  mine.ahead = mine.ahead_end;
}

void RecordPool::give(FreeList& mine, std::uint32_t slot) {
  push(mine, slot);
  if (!shared_ || mine.count <= kMostIdle) return;
  Guard guard(lock_, true);
  while (mine.count > kMostIdle - kBatch) push(common_, pop(mine));
}

}  // namespace statewall
