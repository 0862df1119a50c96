#include "track/expiry.h"

#include <limits>

namespace statewall {
namespace {

constexpr std::int64_t kPause = std::int64_t{1} << 24;
constexpr std::int64_t kJump = std::int64_t{1} << 31;

/// Nanoseconds from the epoch, which is the first moment ever seen, to `now`; not below 0.
Nanoseconds since_epoch(TableState& table, Nanoseconds now) {
  Nanoseconds epoch = table.epoch.load(std::memory_order_relaxed);
  if (epoch == kNoEpoch) {
    // The loser of a race between two first packets takes the winner's.
    const Nanoseconds first = now == kNoEpoch ? now + 1 : now;
    if (table.epoch.compare_exchange_strong(epoch, first, std::memory_order_relaxed)) epoch = first;
  }
  if (now <= epoch) return 0;
  Nanoseconds elapsed;
  if (__builtin_sub_overflow(now, epoch, &elapsed)) {
    elapsed = std::numeric_limits<Nanoseconds>::max();
  }
  return elapsed;
}

/// Fetches what the next record of the list will need, and the record behind it: when millions end
/// at once, none of that is in a cache. REQUIRES: the record's wheel is locked.
void fetch_next(const TableState& table, std::uint32_t slot) {
  const std::uint32_t next = table.pool[slot].wheel_next;
  if (next == kNoSlot) return;
  const Record& record = table.pool[next];
  __builtin_prefetch(&table.index.home(table.spot_of(record.key)));
  __builtin_prefetch(&record.number, 1);
  if (record.wheel_next != kNoSlot) __builtin_prefetch(&table.pool[record.wheel_next], 1);
}

/// Destroys what is due on one wheel. True when the wheel has reached the context's time.
bool turn(const Context& context, Worker& owner, std::size_t& budget) {
  TableState& table = context.table;
  for (;;) {
    std::uint32_t slot;
    Located due;
    {
      const Guard guard(owner.wheel.lock, table.shared);
      slot = owner.wheel.next_due(table.pool.records(), context.now(), budget);
      if (slot != kNoSlot) {
        due = locate_on_wheel(table, slot);
        fetch_next(table, slot);
      }
    }
    if (slot == kNoSlot) return budget != 0;
    // The wheel is let go before the bucket is locked: the order of locks is the other way.
    const Held held(table, {due.number, slot}, due.spot);
    if (held && passed(table.pool[slot].deadline.load(std::memory_order_relaxed), context.now())) {
      destroy(context, slot, held.spot(), DestroyCause::expired);
    }
  }
}

/// Destroys every connection, at the time that was: at the new one their deadlines seem to lie
/// ahead.
void expire_everything(const Context& context) {
  TableState& table = context.table;
  for (std::uint32_t slot = 0; slot < table.pool.used(); ++slot) {
    const Held held(table, slot);
    if (held) destroy(context, slot, held.spot(), DestroyCause::expired);
  }
}

void restart_wheels(const Context& context) {
  for (Worker& owner : context.table.workers) {
    const Guard guard(owner.wheel.lock, context.table.shared);
    owner.wheel.restart(context.now());
  }
}

/// Remembers the millisecond that `now` lies in, if it is `exact` nanoseconds from the epoch: it is
/// not where the clock stands still, or at the end of time.
void note_tick(const Context& context, Nanoseconds now, Nanoseconds exact) {
  Worker& worker = context.worker;
  const Nanoseconds epoch = context.table.epoch.load(std::memory_order_relaxed);
  worker.tick_length = 0;
  Nanoseconds elapsed;
  if (__builtin_sub_overflow(now, epoch, &elapsed) || elapsed != exact) return;
  worker.tick = now - exact % kNanosecondsPerMillisecond;
  worker.tick_length = static_cast<std::uint64_t>(kNanosecondsPerMillisecond);
}

}  // namespace

void advance_to(const Context& context, Nanoseconds now) {
  const Nanoseconds exact = since_epoch(context.table, now);
  const std::int64_t elapsed = exact / kNanosecondsPerMillisecond;
  const bool between = exact % kNanosecondsPerMillisecond != 0;
  if (elapsed < context.worker.now) return;
  note_tick(context, now, exact);
  if (elapsed == context.worker.now) {
    context.worker.between |= between;
    return;
  }
  const std::int64_t latest = context.table.latest.load(std::memory_order_relaxed);
  const std::int64_t pause = elapsed - latest;
  if (pause >= kJump) expire_everything(context);
  context.worker.now = elapsed;
  context.worker.between = between;
  if (pause > 0) context.table.latest.store(elapsed, std::memory_order_relaxed);
  if (pause >= kJump) {
    restart_wheels(context);
  } else if (pause >= kPause) {
    expire_due(context, std::numeric_limits<std::size_t>::max());
  }
}

bool expire_due(const Context& context, std::size_t budget) {
  for (Worker& owner : context.table.workers) {
    if (!turn(context, owner, budget)) return false;
  }
  return true;
}

void turn_a_little(const Context& context) {
  if (!context.table.shared) {
    std::size_t budget = 4;
    turn(context, context.worker, budget);
    return;
  }
  // A lock a wheel: every fourth packet is often enough, and none once all wheels have come to
  // this millisecond.
  constexpr std::size_t kStep = 6;
  Worker& worker = context.worker;
  if (worker.packets.get() % 4 != 0) return;
  std::size_t budget = kStep;
  const bool own_done = turn(context, worker, budget);
  const auto workers = static_cast<unsigned>(context.table.workers.size());
  worker.neighbour = (worker.neighbour + 1) % workers;
  budget = kStep;
  const bool done = turn(context, context.table.workers[worker.neighbour], budget) && own_done;
  worker.wheels_done = done ? worker.wheels_done + 1 : 0;
  if (worker.wheels_done < workers) return;
  worker.wheels_done = 0;
  worker.rests_at = worker.now;
}

}  // namespace statewall
