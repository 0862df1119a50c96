#include "track/table_state.h"

#include "track/flow_key.h"

namespace statewall {

Located locate(const TableState& table, std::uint32_t slot) {
  if (slot >= table.pool.used() || !table.pool.made(slot)) return {};
  const Record& record = table.pool[slot];
  const std::uint8_t owner = record.worker.load(std::memory_order_relaxed);
  if (owner == kNobody) return {};
  const Guard guard(table.workers[owner].wheel.lock, table.shared);
  // Only now is it certain whose wheel it is on, and that its key stands still.
  if (record.worker.load(std::memory_order_relaxed) != owner) return {};
  return locate_on_wheel(table, slot);
}

Held::Held(const TableState& table, std::uint32_t slot, std::uint64_t number)
    : Held(table, slot, number, locate(table, slot)) {}

Held::Held(const TableState& table, std::uint32_t slot, std::uint64_t number, Located located)
    : spot_(located.spot),
      number_(number == 0 ? located.number : number),
      guard_(table.index.home(spot_).lock, table.shared && located.number != 0),
      held_(located.number == number_ && check(table, slot, number_)) {}

Held::Held(const TableState& table, ConnectionId id, Spot spot)
    : spot_(spot),
      number_(id.number),
      guard_(table.index.home(spot).lock, table.shared),
      held_(check(table, id.slot, id.number)) {}

bool Held::check(const TableState& table, std::uint32_t slot, std::uint64_t number) const {
  // On a wheel under this number: then it is in the table, and its bucket is the one that is held.
  // It has its number before it comes to a wheel; so they are read the other way round.
  const Record& record = table.pool[slot];
  return number != 0 && record.worker.load(std::memory_order_acquire) != kNobody &&
         record.number.load(std::memory_order_relaxed) == number;
}

}  // namespace statewall
