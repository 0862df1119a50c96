#pragma once

#include <atomic>
#include <cstdint>

#include "statewall/event.h"
#include "track/table_state.h"

// The life of a connection: opened, confirmed, refreshed, destroyed. Every change of where a record
// stands (pool, bucket, wheel) is made here, and told as an event.

namespace statewall {

inline std::uint32_t Context::now() const { return static_cast<std::uint32_t>(worker.now); }

inline std::uint32_t Context::deadline_in(std::uint32_t timeout) const {
  return now() + (worker.between ? 1 : 0) + timeout;
}

/// The moment that a deadline stands for, as nanoseconds on the caller's clock.
Nanoseconds moment_of(const Context& context, std::uint32_t deadline);

/// A copy for the outside. REQUIRES: the record is the context's own, or its bucket is locked.
Connection copy_of(const Context& context, std::uint32_t slot);
void copy_to(const Context& context, std::uint32_t slot, Connection& copy);

/// Evicts a connection, so that there is a free record. False when none can be had.
bool make_room_by_eviction(const Context& context);

/// Takes a free record, evicting a connection for it if need be, and keeps it ready for `open`.
/// False when none can be had.
inline bool make_room(const Context& context) {
  return context.table.pool.stock(context.worker.free) || make_room_by_eviction(context);
}

/// Makes an unconfirmed connection, without a number yet. REQUIRES: make_room(context).
inline std::uint32_t open(const Context& context, const Lookup& lookup) {
  const std::uint32_t slot = context.table.pool.take(context.worker.free);
  Record& record = context.table.pool[slot];
  record.key = lookup.key;
  record.mark.store(0, std::memory_order_relaxed);
  record.status.store(0, std::memory_order_relaxed);
  record.original_from_second = lookup.from_second;
  record.event_sequence = 0;
  if (!context.table.counts.empty()) context.table.counts[slot] = {};
  return slot;
}

/// Counts a packet among those of its connection, where the table counts (switch acct).
/// REQUIRES: as for `copy_of`.
inline void count(const Context& context, std::uint32_t slot, Direction direction,
                  const Packet& packet) {
  if (context.table.counts.empty()) return;
  Connection::Count& way = context.table.counts[slot].ways[direction == Direction::reply ? 1 : 0];
  ++way.packets;
  way.bytes += packet.ip_length;
}

/// Notes in its status whether a connection is on its way out (G5), where early drop asks for that.
/// REQUIRES: as for `copy_of`.
inline void note_closing(Record& record, const Profile& profile) {
  if (profile.early_drop_closing == 0) return;
  bool closing = false;
  if (record.key.protocol == protocol::tcp) {
    const TcpState state = record.tcp.state;
    closing = state == TcpState::fin_wait || state == TcpState::time_wait ||
              state == TcpState::close || state == TcpState::close_wait ||
              state == TcpState::last_ack;
  } else if (record.key.protocol == protocol::sctp && profile.known_protocols != 0) {
    const SctpState state = record.sctp.state;
    closing = state == SctpState::shutdown_sent || state == SctpState::shutdown_recd ||
              state == SctpState::shutdown_ack_sent;
  }
  if (closing != record.has(kClosing)) record.set(kClosing, closing);
}

/// Gives an unconfirmed connection its number. Each tracker has numbers of its own, so that they
/// never meet.
inline void give_number(const Context& context, Record& record) {
  const std::uint64_t number =
      context.worker.opened_numbers++ * context.table.workers.size() + context.worker_number + 1;
  record.number.store(number, std::memory_order_relaxed);
}

/// Forgets an unconfirmed connection.
void forget(const Context& context, std::uint32_t slot);

/// Enters an unconfirmed connection into the table; false when the hash table has no line left.
/// REQUIRES: its bucket, `home`, is locked.
inline bool enter(const Context& context, Bucket& home, std::uint32_t slot, Spot spot,
                  std::uint32_t timeout) {
  TableState& table = context.table;
  Record& record = table.pool[slot];
  if (!table.index.insert(home, spot.tag, slot, table.shared)) return false;
  record.set(status::confirmed);
  record.deadline.store(context.deadline_in(timeout), std::memory_order_relaxed);
  Guard guard(context.worker.wheel.lock, table.shared);
  record.worker.store(static_cast<std::uint8_t>(context.worker_number), std::memory_order_release);
  context.worker.wheel.link_held(table.pool.records(), slot);
  return true;
}

/// Moves the deadline to one before it. REQUIRES: as for `destroy`.
void bring_forward(const Context& context, Record& record, std::uint32_t deadline);

/// Moves the deadline to `timeout` milliseconds from now. REQUIRES: as for `destroy`.
inline void refresh(const Context& context, Record& record, std::uint32_t timeout) {
  const std::uint32_t after = context.deadline_in(timeout);
  if (passed(record.deadline.load(std::memory_order_relaxed), after)) [[likely]] {
    record.deadline.store(after, std::memory_order_relaxed);
  } else {
    bring_forward(context, record, after);
  }
}

/// Takes a connection out of the table and frees its record. REQUIRES: its bucket is locked.
void destroy(const Context& context, std::uint32_t slot, Spot spot, DestroyCause cause);

/// Tells of a connection. REQUIRES: as for `copy_of`.
void push_event(const Context& context, EventKind kind, std::uint32_t slot, DestroyCause cause);
inline void tell(const Context& context, EventKind kind, std::uint32_t slot,
                 DestroyCause cause = DestroyCause::none) {
  if (context.events != nullptr) push_event(context, kind, slot, cause);
}

}  // namespace statewall
