#include "track/life.h"

#include <algorithm>
#include <limits>

#include "track/flow_key.h"

namespace statewall {
namespace {

// Early drop looks at so many connections, so that a packet costs no more than a few memory
// accesses however full of assured ones the table is; and passes over so few records that idle with
// other trackers.
constexpr std::uint32_t kEvictionScan = 16, kEvictionSteps = 48;

/// Why a connection may make room for another, or `none`: its time ran out and nobody came by yet,
/// or by its status it may be dropped early.
DestroyCause makes_room(const Context& context, const Record& record) {
  const std::uint32_t deadline = record.deadline.load(std::memory_order_relaxed);
  const std::uint8_t status = record.status.load(std::memory_order_relaxed);
  if ((status & status::confirmed) != 0 && passed(deadline, context.now())) {
    return DestroyCause::expired;
  }
  const bool closing = context.table.profile.early_drop_closing != 0 && (status & kClosing) != 0;
  return (status & status::assured) == 0 || closing ? DestroyCause::evicted : DestroyCause::none;
}

/// Frees one record: the hand moves over the slots, and the first connection that may be
/// dropped goes (G4 takes one of a chain chosen round-robin). The order of slots does not depend on
/// the hash.
bool evict(const Context& context) {
  TableState& table = context.table;
  const std::uint32_t used = table.pool.used();
  if (used == 0) return false;
  std::uint32_t slot = table.hand.load(std::memory_order_relaxed) % used;
  std::uint32_t passed_over = 0, looked = 0;
  for (std::uint32_t step = 0; step < kEvictionSteps && looked < kEvictionScan; ++step) {
    const bool made = table.pool.made(slot);
    const Record& record = table.pool[slot];
    const bool alive = made && record.worker.load(std::memory_order_relaxed) != kNobody;
    looked += alive ? 1 : 0;
    // Asked before anything is locked: a table may be full of others.
    if (alive && makes_room(context, record) != DestroyCause::none) {
      const Held held(table, slot);
      const DestroyCause cause = makes_room(context, record);
      if (held && cause != DestroyCause::none) {
        table.hand.fetch_add(passed_over + 1, std::memory_order_relaxed);
        destroy(context, slot, held.spot(), cause);
        return true;
      }
    }
    // What another tracker has claimed and not made yet is one step.
    const std::uint32_t next = std::min(made ? slot + 1 : table.pool.claim_end(slot), used);
    passed_over += next - slot;
    slot = next == used ? 0 : next;
  }
  table.hand.fetch_add(passed_over, std::memory_order_relaxed);
  return false;
}

/// Puts a record where its deadline belongs, earlier than the wheel would come by.
void file_anew(const Context& context, const Record& record) {
  TableState& table = context.table;
  const std::uint32_t slot = table.pool.slot_of(record);
  Wheel& wheel = table.workers[record.worker.load(std::memory_order_relaxed)].wheel;
  const Guard guard(wheel.lock, table.shared);
  wheel.unlink(table.pool.records(), slot);
  wheel.link(table.pool.records(), slot);
}

}  // namespace

Nanoseconds moment_of(const Context& context, std::uint32_t deadline) {
  const auto ahead = static_cast<std::int32_t>(deadline - context.now());
  const std::int64_t milliseconds = context.worker.now + ahead;
  Nanoseconds moment;
  // Near the end of time, which a capture may claim, the sum may lie behind it.
  if (__builtin_mul_overflow(milliseconds, kNanosecondsPerMillisecond, &moment) ||
      __builtin_add_overflow(moment, context.table.epoch.load(std::memory_order_relaxed),
                             &moment)) {
    return std::numeric_limits<Nanoseconds>::max();
  }
  return moment;
}

Connection copy_of(const Context& context, std::uint32_t slot) {
  Connection copy;
  copy_to(context, slot, copy);
  return copy;
}

void copy_to(const Context& context, std::uint32_t slot, Connection& copy) {
  const Record& record = context.table.pool[slot];
  copy = Connection{};
  copy.id = {record.number.load(std::memory_order_relaxed), slot};
  tell_tuple(record.key, record.original_from_second, copy.original);
  tell_tuple(record.key, !record.original_from_second, copy.reply);
  copy.zone = record.key.zone;
  copy.status = record.told_status();
  copy.mark = record.mark.load(std::memory_order_relaxed);
  if (record.has(status::confirmed)) {
    copy.deadline = moment_of(context, record.deadline.load(std::memory_order_relaxed));
  }
  const Profile& profile = context.table.profile;
  if (is_icmp(record.key.protocol, record.key.family)) copy.open_queries = record.icmp.open;
  if (record.key.protocol == protocol::tcp) copy.tcp_state = record.tcp.state;
  if (record.key.protocol == protocol::sctp && profile.known_protocols != 0) {
    copy.sctp_state = record.sctp.state;
  }
  if (record.key.protocol == protocol::gre && profile.known_protocols != 0) {
    copy.gre_timeout = profile.gre_timeout;
    copy.gre_timeout_stream = profile.gre_timeout_stream;
  }
  if (!context.table.counts.empty()) {
    copy.counted = true;
    copy.original_count = context.table.counts[slot].ways[0];
    copy.reply_count = context.table.counts[slot].ways[1];
  }
}

bool make_room_by_eviction(const Context& context) {
  return evict(context) && context.table.pool.stock(context.worker.free);
}

void forget(const Context& context, std::uint32_t slot) {
  context.table.pool.give(context.worker.free, slot);
}

void bring_forward(const Context& context, Record& record, std::uint32_t deadline) {
  // TCP's data and its acknowledgement have two timeouts in turn: nearly always the record still
  // waits where the shorter one put it, and the wheel comes by early enough. Of this order and that
  // of Wheel::link, which another thread may be in, one sees what the other did.
  record.deadline.store(
      deadline, context.table.shared ? std::memory_order_seq_cst : std::memory_order_relaxed);
  if (!passed(record.filed.load(), deadline)) file_anew(context, record);
}

void destroy(const Context& context, std::uint32_t slot, Spot spot, DestroyCause cause) {
  TableState& table = context.table;
  Record& record = table.pool[slot];
  table.index.remove(table.index.home(spot), spot.tag, slot, table.shared);
  {
    Wheel& wheel = table.workers[record.worker.load(std::memory_order_relaxed)].wheel;
    const Guard guard(wheel.lock, table.shared);
    wheel.unlink(table.pool.records(), slot);
    record.worker.store(kNobody, std::memory_order_relaxed);
  }
  record.set(status::dying);
  tell(context, EventKind::destroy, slot, cause);
  context.worker.destroyed.add();
  if (cause == DestroyCause::evicted) context.worker.evicted.add();
  table.pool.give(context.worker.free, slot);
}

void push_event(const Context& context, EventKind kind, std::uint32_t slot, DestroyCause cause) {
  const std::uint8_t sequence = context.table.pool[slot].event_sequence++;
  context.events->push_made([&](Event& event) {
    event.kind = kind;
    event.cause = cause;
    event.sequence = sequence;
    copy_to(context, slot, event.connection);
    // Time runs out when it runs out, not when somebody comes by to see it.
    event.time = cause == DestroyCause::expired ? event.connection.deadline
                                                : moment_of(context, context.now());
  });
}

}  // namespace statewall
