#include "statewall/tracker.h"
#include "track/life.h"
#include "track/table_state.h"

// What operators do with a table: look a connection up, list, delete, mark.

namespace statewall {

std::optional<Connection> Tracker::find(ConnectionId id) const {
  if (!id) return std::nullopt;
  const Pending& pending = context_.worker.pending;
  if (pending.kind == Pending::Kind::opening && pending.connection == id) {
    return copy_of(context_, id.slot);
  }
  const Held held(context_.table, id.slot, id.number);
  if (!held) return std::nullopt;
  return copy_of(context_, id.slot);
}

std::optional<Connection> Tracker::ended(ConnectionId id) const {
  const Worker& worker = context_.worker;
  const bool over = worker.pending.kind == Pending::Kind::over && worker.ended.id == id;
  return over ? std::optional(worker.ended) : std::nullopt;
}

std::size_t Tracker::list(std::uint32_t& cursor, std::span<Connection> out) const {
  std::size_t copied = 0;
  for (std::size_t looked = 0; looked < out.size() && cursor < context_.table.pool.used();
       ++looked, ++cursor) {
    const Held held(context_.table, cursor);
    if (held) out[copied++] = copy_of(context_, cursor);
  }
  if (cursor >= context_.table.pool.used()) cursor = kListed;
  return copied;
}

bool Tracker::erase(ConnectionId id) {
  if (!id) return false;
  const Held held(context_.table, id.slot, id.number);
  if (held) destroy(context_, id.slot, held.spot(), DestroyCause::flushed);
  return static_cast<bool>(held);
}

bool Tracker::set_mark(ConnectionId id, std::uint32_t mark) {
  if (!id) return false;
  std::atomic<std::uint32_t>& stored = context_.table.pool[id.slot].mark;
  const Pending& pending = context_.worker.pending;
  if (pending.kind == Pending::Kind::opening && pending.connection == id) {
    stored.store(mark, std::memory_order_relaxed);
    return true;
  }
  const Held held(context_.table, id.slot, id.number);
  if (held) stored.store(mark, std::memory_order_relaxed);
  return static_cast<bool>(held);
}

bool Tracker::close_tcp(ConnectionId id) {
  if (!id) return false;
  const Held held(context_.table, id.slot, id.number);
  Record& record = context_.table.pool[id.slot];
  if (!held || record.key.protocol != protocol::tcp) return false;
  if (record.tcp.state == TcpState::close) return true;
  record.tcp.state = TcpState::close;
  note_closing(record, context_.table.profile);
  refresh(context_, record, context_.table.profile.tcp_timeout_close * 1000);
  tell(context_, EventKind::update, id.slot);
  return true;
}

}  // namespace statewall
