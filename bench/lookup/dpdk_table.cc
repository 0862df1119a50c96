#include "bench/lookup/dpdk_table.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_memory.h>
#include <sched.h>
#include <sys/mman.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

namespace statewall::bench {
namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s: %s\n", what, rte_strerror(rte_errno));
  std::exit(1);
}

/// DPDK is made for large pages, which it would take from hugetlbfs. Few machines keep some there:
/// what it has is laid on pages like those of our own table instead.
int lay_on_large_pages(const rte_memseg_list* list, void*) {
  const std::span memory(static_cast<std::byte*>(list->base_va), list->len);
  const std::vector<std::byte> copy(memory.begin(), memory.end());
  void* again = mmap(memory.data(), memory.size(), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (again == MAP_FAILED) return -1;
  madvise(again, memory.size(), MADV_HUGEPAGE);
  std::memcpy(again, copy.data(), copy.size());
  return 0;
}

/// One core and no device. The core that DPDK binds this thread to is let go again, so that all
/// tables are measured alike.
bool start_dpdk() {
  std::array<char*, 9> arguments;
  std::array<const char*, 9> words = {"lookup_bench", "--no-huge",      "--no-pci",
                                      "--no-shconf",  "--no-telemetry", "--log-level=error",
                                      "-m",           "1024",           "--lcores=0@0"};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = const_cast<char*>(words[i]);
  cpu_set_t cores;
  sched_getaffinity(0, sizeof cores, &cores);
  if (rte_eal_init(static_cast<int>(arguments.size()), arguments.data()) < 0) fail("rte_eal_init");
  sched_setaffinity(0, sizeof cores, &cores);
  if (rte_memseg_list_walk(lay_on_large_pages, nullptr) != 0) fail("large pages for DPDK");
  return true;
}

rte_hash* make_hash(std::uint32_t flows) {
  static const bool started = start_dpdk();
  static_cast<void>(started);
  rte_hash_parameters parameters{};
  parameters.name = "flows";
  // Filled to the last place, it might find no way to enter a key.
  parameters.entries = flows + flows / 8;
  parameters.key_len = sizeof(FlowKey);
  rte_hash* hash = rte_hash_create(&parameters);
  return hash != nullptr ? hash : (fail("rte_hash_create"), nullptr);
}

}  // namespace

DpdkTable::DpdkTable(std::uint32_t flows) : hash_(make_hash(flows)) {
  for (std::uint32_t flow = 0; flow < flows; ++flow) {
    const FlowKey key = key_of(flow);
    void* value = reinterpret_cast<void*>(std::uintptr_t{flow});
    if (rte_hash_add_key_data(hash_, &key, value) != 0) fail("rte_hash_add_key_data");
  }
}

DpdkTable::~DpdkTable() { rte_hash_free(hash_); }

void DpdkTable::find(Keys keys, Values values) const {
  std::array<const void*, kKeys> sought;
  std::array<void*, kKeys> found;
  for (std::size_t i = 0; i < kKeys; ++i) sought[i] = &keys[i];
  std::uint64_t hits = 0;
  rte_hash_lookup_bulk_data(hash_, sought.data(), kKeys, &hits, found.data());
  for (std::size_t i = 0; i < kKeys; ++i) {
    values[i] = (hits >> i & 1) == 0
                    ? kNoValue
                    : static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(found[i]));
  }
}

}  // namespace statewall::bench
