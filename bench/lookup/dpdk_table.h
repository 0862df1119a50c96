#pragma once

#include <cstdint>

#include "bench/lookup/echo_keys.h"

struct rte_hash;

namespace statewall::bench {

/// DPDK's rte_hash, in bulk, with its own default hash. It stands in a file of its own because
/// DPDK's headers ask for a processor of their own.
class DpdkTable {
 public:
  explicit DpdkTable(std::uint32_t flows);
  ~DpdkTable();
  DpdkTable(const DpdkTable&) = delete;
  DpdkTable& operator=(const DpdkTable&) = delete;

  void find(Keys keys, Values values) const;

 private:
  rte_hash* hash_;
};

}  // namespace statewall::bench
