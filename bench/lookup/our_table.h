#pragma once

#include <array>
#include <new>
#include <span>

#include "bench/lookup/echo_keys.h"
#include "bench/reserve.h"
#include "track/flow_hash.h"
#include "track/flow_key.h"
#include "track/hash_index.h"
#include "track/record.h"

namespace statewall::bench {

/// The hash table and the records of a ConnectionTable, looked up as a tracker does, without locks
/// and without all else that a packet needs. A flow's value is the mark of its record.
class OurTable {
 public:
  explicit OurTable(std::uint32_t flows)
      : size_(HashIndex::size_for(flows)),
        lines_(reserve((size_.homes + size_.overflow) * sizeof(Bucket))),
        memory_(reserve(flows * sizeof(Record))),
        records_(reinterpret_cast<Record*>(memory_.bytes().data())) {
    const std::span lines(reinterpret_cast<Bucket*>(lines_.bytes().data()),
                          size_.homes + size_.overflow);
    index_.lay_out(lines.first(size_.homes), lines.subspan(size_.homes));
    for (std::uint32_t flow = 0; flow < flows; ++flow) add(flow);
  }

  void find(Keys keys, Values values) const {
    struct Sought {
      Spot spot;
      std::uint8_t place;
    };
    std::array<Sought, kKeys> sought;
    for (std::size_t i = 0; i < kKeys; ++i) {
      sought[i].spot = index_.spot_of(hash_(keys[i]));
      __builtin_prefetch(&index_.home(sought[i].spot));
    }
    for (Sought& one : sought) {
      const Bucket& home = index_.home(one.spot);
      one.place = index_.peek(home, one.spot.tag);
      __builtin_prefetch(&records_[HashIndex::some_slot(home, one.place)]);
    }
    for (std::size_t i = 0; i < kKeys; ++i) {
      const std::uint32_t slot = slot_of(keys[i], sought[i].spot, sought[i].place);
      values[i] = slot == kNoSlot ? kNoValue : records_[slot].mark.load(std::memory_order_relaxed);
    }
  }

 private:
  void add(std::uint32_t flow) {
    Record* record = new (&records_[flow]) Record{};
    record->key = key_of(flow);
    record->mark.store(flow, std::memory_order_relaxed);
    const Spot spot = index_.spot_of(hash_(record->key));
    index_.insert(index_.home(spot), spot.tag, flow, false);
  }

  std::uint32_t slot_of(const FlowKey& key, Spot spot, std::uint8_t place) const {
    const Bucket& home = index_.home(spot);
    const std::uint32_t slot = HashIndex::at(home, place);
    if (slot != kNoSlot && same_key(records_[slot].key, key)) return slot;
    return index_.find(home, spot.tag,
                       [&](std::uint32_t other) { return same_key(records_[other].key, key); });
  }

  FlowHash hash_{kSecret};
  HashIndex::Size size_;
  TableMemory lines_, memory_;
  Record* records_;
  HashIndex index_;
};

}  // namespace statewall::bench
