#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "live/clock.h"
#include "live/outcome.h"
#include "live/packet_log.h"
#include "live/rules_in_force.h"
#include "statewall/event.h"
#include "statewall/reassembly.h"
#include "statewall/result.h"
#include "statewall/tracker.h"
#include "system/table_memory.h"

// The firewall on live traffic, without the traffic: one table of connections, one memory of
// fragments, the rules in force, and a worker for each thread that brings frames. Who operates it
// (the control socket) looks on from a thread of its own.

namespace statewall {

struct EngineConfig {
  Profile profile = linux_6();
  unsigned workers = 1;                     ///< 1 to 32
  std::array<std::uint64_t, 2> hash_key{};  ///< random, see TableConfig
};

/// What workers counted since they began.
struct LiveCounters {
  std::array<std::uint64_t, 6> states{};  ///< packets, by State
  std::array<std::uint64_t, static_cast<std::size_t>(Reason::count)> reasons{};
  std::array<std::uint64_t, kVerdicts> verdicts{};
  std::uint64_t bytes = 0;       ///< of all frames
  std::uint64_t table_full = 0;  ///< packets dropped for want of room in the table
  std::uint64_t held = 0;        ///< fragments that had to wait
  std::uint64_t answers = 0;     ///< packets that REJECT sent
  std::uint64_t log_lines = 0;

  std::uint64_t packets() const;
  LiveCounters& operator+=(const LiveCounters& other);
};

class Engine;

/// One thread's part of an engine.
class EngineWorker {
 public:
  static constexpr std::size_t kBatch = 32;
  static constexpr std::size_t kEvents = 8192;  ///< that wait until somebody takes them

  EngineWorker(Engine& engine, unsigned index);
  EngineWorker(const EngineWorker&) = delete;
  EngineWorker& operator=(const EngineWorker&) = delete;

  /// Handles frames in their order, at most kBatch. One thread at a time.
  void handle(std::span<const LiveFrame> frames, FrameSink& sink);

  /// Ends connections and forgets fragments whose time ran out. Call it a few times a second where
  /// no frames come, and now and then where they do.
  void tick();

 private:
  friend class Engine;
  struct Witness;

  void handle_run(std::span<const LiveFrame> frames, std::size_t first, FrameSink& sink);
  void handle_fragment(const LiveFrame& frame, std::size_t index, FrameSink& sink);
  void handle_one(const LiveFrame& frame, std::size_t index, const Packet& packet,
                  std::span<const std::uint8_t> bytes, Lookup& lookup, std::uint64_t datagram,
                  FrameSink& sink);
  void tell(const LiveFrame& frame, std::size_t index, const Packet& packet,
            std::span<const std::uint8_t> bytes, const LiveOutcome& outcome, FrameSink& sink);
  void send_answers(std::size_t index, FrameSink& sink);
  void log_packet(const Packet& packet, std::span<const std::uint8_t> bytes, LinkType link,
                  const Decision& decision);
  bool concerns_reassembly(const Packet& packet) const;

  Engine& engine_;
  const unsigned index_;
  std::vector<Event> event_slots_;
  EventRing events_;
  Tracker tracker_;
  std::array<Packet, kBatch> packets_;
  std::array<Lookup, kBatch> lookups_;
  std::vector<std::uint8_t> room_;  ///< for a datagram that is put together
  Nanoseconds now_ = 0;             ///< of the batch under way

  /// Held while frames are handled. Who holds it from outside has the worker between two batches,
  /// and may use what stands below.
  std::mutex busy_;
  std::shared_ptr<RulesInForce> rules_;
  Firewall* firewall_ = nullptr;  ///< of the batch under way
  LiveCounters counters_;
  PacketWatch watch_;
  WorkerNews news_;
  WorkerLog log_;
};

/// Thread-safe, but for `events`: those are one reader's.
class Engine {
 public:
  static constexpr unsigned kMostWorkers = 32;

  /// Errors: a table that the machine has no memory for, or that the switches do not allow.
  static Result<std::unique_ptr<Engine>> create(const EngineConfig& config);
  ~Engine();

  unsigned workers() const { return static_cast<unsigned>(workers_.size()); }
  EngineWorker& worker(unsigned index) { return *workers_[index]; }

  const Profile& profile() const { return table_.profile(); }
  Nanoseconds now() const { return clock_.now(); }

  /// These rules judge packets from now on, put in place between two batches. Connections stay, and
  /// so do the lists of `recent`.
  void install(LiveRules rules);
  std::shared_ptr<const RulesInForce> rules() const;

  /// The table. `operator_tracker` is for one thread at a time, that which operates the engine:
  /// `list`, `find`, `erase`, `save`, `restore`.
  Tracker& operator_tracker() { return operator_; }
  std::size_t connections() const { return table_.size(); }
  Counters table_counters() const { return table_.counters(); }
  ReassemblyCounters fragment_counters() const;

  /// Events of one worker, and of the operator at index workers(). One reader. A ring that nobody
  /// reads is full, and costs nothing.
  EventRing& events(unsigned index);

  LiveCounters counters();
  LiveCounters counters(unsigned worker);
  /// What a rule, or a policy, of the rules in force counted. Workers wait for it.
  rules::RuleCounters counters(Family family, const RulePlace& place);
  /// The same of several places, at one moment, in rules that are or were in force: others may take
  /// their place meanwhile.
  std::vector<rules::RuleCounters> counters(const RulesInForce& rules, Family family,
                                            std::span<const RulePlace> places);

  void watch(const PacketWatch& watch);
  /// Takes the packets that were wanted of a worker, and the lines of LOG.
  WorkerNews take_news(unsigned worker);
  WorkerLog take_log(unsigned worker);

 private:
  friend class EngineWorker;
  Engine(const EngineConfig& config, TableMemory memory, ConnectionTable& table,
         TableMemory fragment_memory, Reassembly& fragments);

  /// Between two batches, all of them: as long as the locks are held.
  std::vector<std::unique_lock<std::mutex>> stop_workers();

  LiveClock clock_;
  TableMemory memory_, fragment_memory_;
  ConnectionTable& table_;
  Reassembly& fragments_;
  std::vector<std::unique_ptr<EngineWorker>> workers_;
  std::vector<Event> operator_slots_;
  EventRing operator_events_;
  Tracker operator_;
  const std::uint64_t seed_;

  mutable std::mutex rules_mutex_;  ///< taken before a worker's `busy_`
  std::shared_ptr<RulesInForce> rules_;
};

}  // namespace statewall
