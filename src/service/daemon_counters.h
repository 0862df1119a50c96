#pragma once

#include <atomic>
#include <cstdint>

namespace statewall {

/// What the daemon did. One thread counts, any may look.
struct DaemonCounters {
  using Counter = std::atomic<std::uint64_t>;
  Counter reloads{0}, failed_reloads{0};  ///< of the rules
  Counter savings{0}, failed_savings{0};  ///< of the table
};

}  // namespace statewall
