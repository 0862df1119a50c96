#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory_resource>
#include <unordered_map>
#include <utility>

#include "bench/lookup/echo_keys.h"
#include "bench/reserve.h"
#include "track/flow_hash.h"

namespace statewall::bench {

/// Our hash for maps of others, which need not mix what it returns any further.
struct MapHash : FlowHash {
  using is_avalanching = void;
  using FlowHash::FlowHash;
};

using MapMemory = std::pmr::polymorphic_allocator<std::pair<const FlowKey, std::uint32_t>>;

using StdMap =
    std::unordered_map<FlowKey, std::uint32_t, MapHash, std::equal_to<FlowKey>, MapMemory>;

/// A map, made for so many flows, in memory of large pages as our table is. Its keys are looked up
/// one after the other: it has no other way.
template <typename Map>
class MapTable {
 public:
  explicit MapTable(std::uint32_t flows)
      : memory_(reserve(flows * kMostBytes + kLeastBytes)),
        arena_(memory_.bytes().data(), memory_.bytes().size(), std::pmr::null_memory_resource()),
        map_(flows, MapHash{kSecret}, std::equal_to<FlowKey>{}, MapMemory{&arena_}) {
    for (std::uint32_t flow = 0; flow < flows; ++flow) map_.emplace(key_of(flow), flow);
  }

  void find(Keys keys, Values values) const {
    for (std::size_t i = 0; i < kKeys; ++i) {
      const auto found = map_.find(keys[i]);
      values[i] = found == map_.end() ? kNoValue : found->second;
    }
  }

 private:
  // Of address space; memory is taken as it is needed.
  static constexpr std::size_t kMostBytes = 256, kLeastBytes = 1 << 20;

  TableMemory memory_;
  std::pmr::monotonic_buffer_resource arena_;
  Map map_;
};

}  // namespace statewall::bench
