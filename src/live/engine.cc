#include "live/engine.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace statewall {
namespace {

TableConfig table_config(const EngineConfig& config) {
  // One more than there are workers: whoever operates the engine.
  return {config.profile, config.workers + 1, config.hash_key};
}

ReassemblyConfig reassembly_config(const EngineConfig& config) {
  ReassemblyConfig reassembly = ReassemblyConfig::of(config.profile);
  reassembly.shared = config.workers > 1;
  reassembly.hash_key = config.hash_key;
  return reassembly;
}

}  // namespace

std::uint64_t LiveCounters::packets() const {
  return std::accumulate(states.begin(), states.end(), std::uint64_t{0});
}

LiveCounters& LiveCounters::operator+=(const LiveCounters& other) {
  const auto add = [](auto& to, const auto& from) {
    std::ranges::transform(to, from, to.begin(), std::plus());
  };
  add(states, other.states);
  add(reasons, other.reasons);
  add(verdicts, other.verdicts);
  bytes += other.bytes;
  table_full += other.table_full;
  held += other.held;
  answers += other.answers;
  log_lines += other.log_lines;
  return *this;
}

Result<std::unique_ptr<Engine>> Engine::create(const EngineConfig& config) {
  const TableConfig table = table_config(config);
  const std::size_t needed = ConnectionTable::memory_needed(table);
  if (needed == 0 || config.workers == 0 || config.workers > kMostWorkers) {
    const ConfigError error = ConnectionTable::create(table, {}).error;
    return Error{ErrorKind::usage, "", std::string(sentence(error))};
  }
  Result<TableMemory> memory = TableMemory::reserve(needed);
  if (!memory) return memory.error();
  const ReassemblyConfig reassembly = reassembly_config(config);
  Result<TableMemory> fragment_memory = TableMemory::reserve(Reassembly::memory_needed(reassembly));
  if (!fragment_memory) return fragment_memory.error();
  ConnectionTable& made = *ConnectionTable::create(table, memory->bytes()).table;
  Reassembly& fragments = *Reassembly::create(reassembly, fragment_memory->bytes());
  return std::unique_ptr<Engine>(
      new Engine(config, std::move(*memory), made, std::move(*fragment_memory), fragments));
}

Engine::Engine(const EngineConfig& config, TableMemory memory, ConnectionTable& table,
               TableMemory fragment_memory, Reassembly& fragments)
    : memory_(std::move(memory)),
      fragment_memory_(std::move(fragment_memory)),
      table_(table),
      fragments_(fragments),
      operator_slots_(EngineWorker::kEvents),
      operator_events_(operator_slots_),
      operator_(table, config.workers, &operator_events_),
      seed_(config.hash_key[0]) {
  for (unsigned i = 0; i < config.workers; ++i) {
    workers_.push_back(std::make_unique<EngineWorker>(*this, i));
  }
  install({});
}

Engine::~Engine() = default;

void Engine::install(LiveRules rules) {
  const std::lock_guard lock(rules_mutex_);
  const std::uint64_t version = rules_ ? rules_->version() + 1 : 1;
  auto made = std::make_shared<RulesInForce>(std::move(rules), workers(), seed_ + version, version);
  // What was in force before is freed behind the locks.
  const std::shared_ptr<RulesInForce> before = std::exchange(rules_, std::move(made));
  const auto all = stop_workers();
  if (before) rules_->take_over(*before);
  for (const auto& worker : workers_) worker->rules_ = rules_;
}

std::vector<std::unique_lock<std::mutex>> Engine::stop_workers() {
  std::vector<std::unique_lock<std::mutex>> all;
  for (const auto& worker : workers_) all.emplace_back(worker->busy_);
  return all;
}

std::shared_ptr<const RulesInForce> Engine::rules() const {
  const std::lock_guard lock(rules_mutex_);
  return rules_;
}

ReassemblyCounters Engine::fragment_counters() const {
  // Fragments of a single worker have no lock of their own.
  const std::lock_guard busy(workers_.front()->busy_);
  return fragments_.counters();
}

EventRing& Engine::events(unsigned index) {
  return index < workers() ? workers_[index]->events_ : operator_events_;
}

LiveCounters Engine::counters() {
  LiveCounters sum;
  for (unsigned i = 0; i < workers(); ++i) sum += counters(i);
  return sum;
}

LiveCounters Engine::counters(unsigned worker) {
  const std::lock_guard busy(workers_[worker]->busy_);
  return workers_[worker]->counters_;
}

rules::RuleCounters Engine::counters(Family family, const RulePlace& place) {
  return counters(*rules(), family, {&place, 1}).front();
}

std::vector<rules::RuleCounters> Engine::counters(const RulesInForce& rules, Family family,
                                                  std::span<const RulePlace> places) {
  std::vector<rules::RuleCounters> sums(places.size());
  // A firewall that several workers share counts while any of them works.
  const auto all = stop_workers();
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (unsigned worker = 0; worker < workers(); ++worker) {
      const rules::RuleCounters counted = rules.counters(worker, family, places[i]);
      sums[i].packets += counted.packets;
      sums[i].bytes += counted.bytes;
    }
  }
  return sums;
}

void Engine::watch(const PacketWatch& watch) {
  for (const auto& worker : workers_) {
    const std::lock_guard busy(worker->busy_);
    worker->watch_ = watch;
    if (!watch.any()) worker->news_.packets.clear();
  }
}

WorkerNews Engine::take_news(unsigned worker) {
  const std::lock_guard busy(workers_[worker]->busy_);
  return std::exchange(workers_[worker]->news_, {});
}

WorkerLog Engine::take_log(unsigned worker) {
  const std::lock_guard busy(workers_[worker]->busy_);
  return std::exchange(workers_[worker]->log_, {});
}

}  // namespace statewall
