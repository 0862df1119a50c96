#pragma once

#include <cstdint>

#include "track/flow_key.h"
#include "track/life.h"
#include "track/table_state.h"

namespace statewall {

// Both are rare, and kept apart: they need many registers, which `find_live` would save each time.
[[gnu::noinline]] inline std::uint32_t find_by_tag(const TableState& table, const Lookup& lookup,
                                                   const Bucket& home) {
  return table.index.find(home, lookup.spot.tag, [&](std::uint32_t candidate) {
    return same_key(table.pool[candidate].key, lookup.key);
  });
}
[[gnu::noinline]] inline std::uint32_t end_expired(const Context& context, std::uint32_t slot,
                                                   Spot spot) {
  destroy(context, slot, spot, DestroyCause::expired);
  return kNoSlot;
}

/// The connection with the packet's key, or kNoSlot. One whose time ran out is not seen, and
/// removed. REQUIRES: the key's home bucket is locked.
inline std::uint32_t find_live(const Context& context, const Lookup& lookup, const Bucket& home) {
  const TableState& table = context.table;
  std::uint32_t slot = HashIndex::at(home, lookup.place);
  if (slot == kNoSlot || !same_key(table.pool[slot].key, lookup.key)) {
    slot = find_by_tag(table, lookup, home);
  }
  if (slot == kNoSlot) return kNoSlot;
  const std::uint32_t deadline = table.pool[slot].deadline.load(std::memory_order_relaxed);
  return passed(deadline, context.now()) ? end_expired(context, slot, lookup.spot) : slot;
}

}  // namespace statewall
