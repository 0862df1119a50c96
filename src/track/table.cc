#include <algorithm>
#include <cstdint>
#include <new>

#include "track/table_state.h"

// How a table is laid out in the memory that it is given: state, workers, homes, overflow lines,
// which records are made, records, counts, one behind the other, each on cache lines of its own.

namespace statewall {
namespace {

constexpr unsigned kMostThreads = 64;
constexpr std::uint32_t kMostConnections = 1U << 30;
constexpr std::size_t kLine = 64;

static_assert(sizeof(TableState) % kLine == 0 && sizeof(Worker) % kLine == 0);

ConfigError check(const TableConfig& config) {
  if (config.threads == 0 || config.threads > kMostThreads) return ConfigError::threads;
  for (const Switch& row : switches()) {
    if (config.profile.*row.field > row.most) return ConfigError::max;
  }
  if (config.profile.max == 0 || config.profile.buckets == 0) return ConfigError::max;
  static_assert(kMostConnections < kNoSlot);
  return ConfigError::none;
}

HashIndex::Size index_size(const TableConfig& config) {
  return HashIndex::size_for(std::max(config.profile.max, config.profile.buckets));
}

/// Takes objects of one kind from the front of the memory.
template <typename T>
std::span<T> carve(std::span<std::byte>& memory, std::size_t count) {
  const std::span<T> taken(reinterpret_cast<T*>(memory.data()), count);
  memory = memory.subspan(count * sizeof(T));
  return taken;
}

}  // namespace

std::size_t ConnectionTable::memory_needed(const TableConfig& config) {
  if (check(config) != ConfigError::none) return 0;
  const HashIndex::Size size = index_size(config);
  return sizeof(TableState) + config.threads * sizeof(Worker) +
         (size.homes + size.overflow) * sizeof(Bucket) +
         RecordPool::claims_for(config.profile.max) * sizeof(RecordPool::Made) +
         config.profile.max * (sizeof(Record) + (config.profile.acct != 0 ? sizeof(Counts) : 0));
}

ConnectionTable::Created ConnectionTable::create(const TableConfig& config,
                                                 std::span<std::byte> memory) {
  if (const ConfigError error = check(config); error != ConfigError::none) return {nullptr, error};
  const bool aligned = reinterpret_cast<std::uintptr_t>(memory.data()) % kLine == 0;
  if (!aligned || memory.size() < memory_needed(config)) return {nullptr, ConfigError::memory};

  TableState* table = new (carve<TableState>(memory, 1).data()) TableState(config.hash_key);
  table->profile = config.profile;
  table->shared = config.threads > 1;
  table->workers = carve<Worker>(memory, config.threads);
  for (Worker& worker : table->workers) (new (&worker) Worker)->wheel.reset(table->shared);
  const HashIndex::Size size = index_size(config);
  const std::span<Bucket> homes = carve<Bucket>(memory, size.homes);
  table->index.lay_out(homes, carve<Bucket>(memory, size.overflow));
  const auto made = carve<RecordPool::Made>(memory, RecordPool::claims_for(config.profile.max));
  table->pool.lay_out(carve<Record>(memory, config.profile.max), made, table->shared);
  if (config.profile.acct != 0) table->counts = carve<Counts>(memory, config.profile.max);
  return {table, ConfigError::none};
}

const Profile& ConnectionTable::profile() const { return TableState::of(*this).profile; }

unsigned ConnectionTable::threads() const {
  return static_cast<unsigned>(TableState::of(*this).workers.size());
}

std::size_t ConnectionTable::size() const {
  const Counters sum = counters();
  return static_cast<std::size_t>(sum.opened - sum.destroyed);
}

Counters ConnectionTable::counters() const {
  Counters sum;
  for (const Worker& worker : TableState::of(*this).workers) {
    sum.packets += worker.packets.get();
    sum.opened += worker.opened.get();
    sum.dropped += worker.dropped.get();
    sum.destroyed += worker.destroyed.get();
    sum.evicted += worker.evicted.get();
    sum.refused += worker.refused.get();
    sum.clashed += worker.clashed.get();
  }
  return sum;
}

}  // namespace statewall
