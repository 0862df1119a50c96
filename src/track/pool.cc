#include "track/pool.h"

#include <algorithm>
#include <new>

namespace statewall {
namespace {

// Made, or handed on, at once.
constexpr std::uint32_t kBatch = 16;

}  // namespace

void RecordPool::lay_out(std::span<Record> records, std::span<Made> made, bool shared) {
  records_ = records;
  made_ = made;
  claim_bits_ = claim_bits(records.size());
  shared_ = shared;
  for (Made& claim : made_) new (&claim) Made(0);
}

/// First what others gave back, so that memory is used again before more of it is.
bool RecordPool::restock(FreeList& mine) {
  if (shared_ && common_.count != 0) {
    Guard guard(lock_, true);
    while (common_.count != 0 && mine.count < kBatch) push(mine, pop(common_));
    if (mine.count != 0) return true;
  }
  if (mine.ahead == mine.ahead_end) claim(mine);
  make_ahead(mine);
  if (mine.ahead == mine.ahead_end) claim(mine);
  return mine.count != 0;
}

void RecordPool::claim(FreeList& mine) {
  std::uint32_t begin = claimed_.load(std::memory_order_relaxed);
  std::uint32_t end;
  do {
    end = std::min(begin + (1U << claim_bits_), static_cast<std::uint32_t>(records_.size()));
  } while (!claimed_.compare_exchange_weak(begin, end, std::memory_order_relaxed));
  mine.ahead = mine.fetched = begin;
  mine.ahead_end = end;
}

void RecordPool::make_ahead(FreeList& mine) {
  if (mine.ahead == mine.ahead_end) return;
  const std::uint32_t end = std::min(mine.ahead + kBatch, mine.ahead_end);
  for (std::uint32_t slot = end; slot-- > mine.ahead;) {
    Record* record = new (&records_[slot]) Record{};
    record->worker.store(kNobody, std::memory_order_relaxed);
    push(mine, slot);
  }
  const std::uint32_t claim = mine.ahead >> claim_bits_;
  made_[claim].store(static_cast<std::uint8_t>(end - (claim << claim_bits_)),
                     std::memory_order_release);
  mine.ahead = end;
  mine.fetched = std::max(mine.fetched, end);
}

void RecordPool::give(FreeList& mine, std::uint32_t slot) {
  push(mine, slot);
  if (!shared_ || mine.count <= kMostListed) return;
  Guard guard(lock_, true);
  while (mine.count > kMostListed - kBatch) push(common_, pop(mine));
}

}  // namespace statewall
