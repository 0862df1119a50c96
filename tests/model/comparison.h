#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "statewall/event.h"
#include "statewall/profile.h"
#include "statewall/tracker.h"
#include "tests/model/slow_tracker.h"
#include "tests/model/traffic.h"

// The fast tracker and the slow one, side by side on the same packets. They must agree on each
// observation, on every event, on every field of the table, and on the counters.

namespace statewall::model {

class Comparison {
 public:
  explicit Comparison(const Profile& profile);

  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  /// A batch: prepared together, then handled one by one. False once the trackers disagree; from
  /// then on it does nothing.
  bool play(std::span<const Step> batch);

  /// Compares the tables and the counters.
  bool compare_tables();

  /// What they disagree about, and the packets that led to it; empty if they agree.
  std::string difference() const;

  std::size_t packets() const { return history_.size(); }

 private:
  struct Memory {
    explicit Memory(std::size_t size);
    std::vector<std::byte> bytes;
    std::span<std::byte> aligned;
  };
  /// A packet that was handled, for the trace.
  struct Past {
    Packet packet;
    Nanoseconds now = 0;
    Zone zone = 0;
    bool notrack = false;
    Fate fate = Fate::confirm;
    Observation fast;
    Observation slow;
  };

  void pass_time(Nanoseconds advance);
  void judge(const Step& step, const Packet& packet, const Lookup& lookup);
  void compare_observations(const Observation& fast, const Observation& slow);
  void compare_find(ConnectionId id);
  void decide(Fate fate);
  void operate(const Step& step);
  void compare_happenings(const char* when);
  void collect_events();
  void compare_connection(const Connection& fast, const Connection& slow, const char* where);
  void compare_counters();
  void expect(bool agreed, const char* what, std::uint64_t number, std::uint64_t fast,
              std::uint64_t slow);
  void differ(std::string what, std::uint64_t number);
  std::string line(std::size_t index) const;

  static ConnectionTable& make_table(const TableConfig& config, std::span<std::byte> memory);

  TableConfig config_;
  Memory memory_;
  ConnectionTable& table_;
  std::vector<Event> slots_;
  EventRing ring_;
  Tracker fast_;
  SlowTracker slow_;
  std::vector<Happening> fast_happenings_;
  std::vector<ConnectionId> ids_;  ///< of all connections so far
  std::vector<Connection> listed_;
  Nanoseconds now_ = 1'000'000'000'123'456'789;
  std::vector<Past> history_;
  std::string difference_;
  std::uint64_t about_ = 0;  ///< the connection that the difference is about
};

}  // namespace statewall::model
