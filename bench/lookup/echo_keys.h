#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "measure/echo_key.h"
#include "measure/random.h"
#include "measure/table_config.h"

namespace statewall::bench {

// Every table maps the key of flow n to n, and is asked for so many keys at a time.
inline constexpr std::size_t kKeys = 32;
using Keys = std::span<const FlowKey, kKeys>;
using Values = std::span<std::uint32_t, kKeys>;

/// What no flow has: a key that was not found.
inline constexpr std::uint32_t kNoValue = 0xffffffff;

inline FlowKey key_of(std::uint32_t flow) { return echo_key(flow, 0x1234); }

/// Keys of random flows, and the flows.
class RandomKeys {
 public:
  explicit RandomKeys(std::uint32_t flows) : limit_(flows) { keys_.fill(key_of(0)); }

  void choose() {
    for (std::size_t i = 0; i < kKeys; ++i) {
      flows_[i] = random_.below(limit_);
      keys_[i].first = client_of(flows_[i]);
    }
  }

  Keys keys() const { return keys_; }

  /// How many of these values are those of the keys.
  std::size_t right(std::span<const std::uint32_t, kKeys> values) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kKeys; ++i) count += values[i] == flows_[i] ? 1 : 0;
    return count;
  }

 private:
  Random random_;
  std::uint32_t limit_;
  std::array<FlowKey, kKeys> keys_;
  std::array<std::uint32_t, kKeys> flows_{};
};

}  // namespace statewall::bench
