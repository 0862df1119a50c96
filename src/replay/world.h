#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "firewall/firewall.h"
#include "replay/defragmenter.h"
#include "replay/reading.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/result.h"
#include "statewall/tracker.h"
#include "system/table_memory.h"

namespace statewall {

/// How a world begins.
struct WorldConfig {
  Profile profile = tutorial();
  std::array<std::uint64_t, 2> hash_key{};  ///< no result depends on it
  /// Its connections are numbered from here on: of several worlds in one run none uses a number
  /// twice.
  std::uint64_t numbers_used = 0;
  FrameReading reading = {};  ///< how the datagrams are read that fragments were put together to
};

/// A table of its own, one tracker on it, and a clock: what a capture or a scenario is played to.
/// Not thread-safe.
///
/// Its events wait until they are taken. No call tells of more than there is room for, so whoever
/// takes them after each call loses none; who never takes them loses nothing else.
class World {
 public:
  static Result<std::unique_ptr<World>> create(const WorldConfig& config);

  /// Moves the clock on towards `time`, which ends the connections whose time runs out until then.
  /// True when it is there; until then take the events and call it again. Time never runs
  /// backwards: an earlier time counts as the latest.
  bool advance(Nanoseconds time);

  /// The same in one go; each event goes to `tell(const Event&)`, those that wait already, too.
  template <typename Tell>
  void advance(Nanoseconds time, Tell&& tell) {
    for (bool there = false; !there;) {
      there = advance(time);
      take_events(tell);
    }
  }

  /// What `advance` nearly always comes to: the clock moves on within its millisecond, and there is
  /// nothing to tell. False where it is more than that, and nothing was done.
  bool advance_quietly(Nanoseconds time) {
    if (!is_same_millisecond(time) || time < *now_ || !ring_.empty()) return false;
    now_ = time;
    return true;
  }

  /// For the next packets, in their order: fetches what `pass` will need into the cache.
  /// REQUIRES: the spans have the same length.
  void prepare(std::span<const Packet> packets, std::span<Lookup> lookups) const {
    tracker_.prepare(packets, lookups);
  }

  struct Passage {
    Observation observation;
    bool passed = false;  ///< it was let out, and the table had room
    /// The packet that was tracked: the one shown, the datagram that it completed, or nullptr for a
    /// fragment that goes no further. Valid until the next call.
    const Packet* tracked = nullptr;
    /// With a firewall: what its rules said. Valid until the next call.
    const Decision* decision = nullptr;
  };

  /// Shows a packet to the tracker at the time of the clock, and lets it out, or not.
  Passage pass(const Packet& packet, bool let_out = true);
  Passage pass(const Packet& packet, const Lookup& lookup, bool let_out = true);

  /// The same, with the bytes that the packet was read from: fragments are put together first, as
  /// the profile has it. A fragment that completes a datagram gets that one's state.
  Passage pass(const Packet& packet, std::span<const std::uint8_t> frame, bool let_out = true);
  Passage pass(const Packet& packet, std::span<const std::uint8_t> frame, const Lookup& lookup,
               bool let_out = true);

  /// Where a frame meets the firewall.
  struct Crossing {
    std::span<const std::uint8_t> frame;  ///< that the packet was read from
    LinkType link = LinkType::raw;
    std::string_view interface = {};  ///< where it came in; empty: unknown
    bool local = false;               ///< the firewall itself sends it
  };

  /// The same, with a firewall's rules to say what is let out.
  Passage pass(const Packet& packet, const Crossing& crossing, Firewall& firewall,
               FirewallWitness* witness = nullptr);

  /// Sends what the firewall answered to the packet that it refused last: its own way out, through
  /// tracking and rules. REQUIRES: the answer is not empty.
  Passage send_answer(Firewall& firewall, FirewallWitness* witness = nullptr);

  /// Does `pass` need the bytes of this packet's frame?
  bool needs_bytes(const Packet& packet) const { return defragmenter_.concerns(packet); }

  /// Takes the oldest event that waits. False if there is none.
  bool take_event(Event& event);

  template <typename Tell>
  void take_events(Tell&& tell) {
    while (!ring_.empty() && take_event(taken_)) tell(std::as_const(taken_));
  }

  /// The time of the clock; nothing before the first call of `advance`.
  std::optional<Nanoseconds> now() const { return now_; }

  /// Copies of all connections, in the order of their numbers.
  std::vector<Connection> connections() const;

  /// A copy of one connection, or nothing when it is gone.
  std::optional<Connection> find(ConnectionId id) const;

  const Profile& profile() const { return table_.profile(); }
  Counters counters() const { return table_.counters(); }
  std::size_t size() const { return table_.size(); }

  /// The highest number of a connection so far.
  std::uint64_t numbers_used() const { return numbers_used_; }

 private:
  World(const WorldConfig& config, TableMemory memory, ConnectionTable& table);

  /// Connections end at whole milliseconds since the first moment: between two there is nothing to
  /// do.
  bool is_same_millisecond(Nanoseconds time) const {
    return now_ && !due_ && (time <= *now_ || time < tick_end_);
  }
  void set_now(Nanoseconds time);
  Passage pass_fragment(const Packet& packet, const Lookup& lookup, const Reassembled& got);
  Passage finish(const Decision& decision, const Packet* tracked);
  void renumber(ConnectionId& id) const;

  // `expire` touches Tracker::kRecordsPerCall connections, a packet fewer.
  static constexpr std::size_t kEvents = 256;

  TableMemory memory_;
  ConnectionTable& table_;
  std::vector<Event> slots_;
  EventRing ring_;
  Tracker tracker_;
  Defragmenter defragmenter_;
  Packet datagram_;  ///< the latest that was completed
  Packet answer_;    ///< the latest that was sent
  Decision decision_;
  Event taken_;  ///< the latest; what `take_events` tells of
  std::optional<Nanoseconds> now_;
  Nanoseconds first_ = 0;     ///< the time of the first call of `advance`
  Nanoseconds tick_end_ = 0;  ///< where the millisecond of `now_` ends, counted from `first_`
  bool due_ = false;          ///< there are connections left whose time ran out by `now_`
  const std::uint64_t first_number_;
  std::uint64_t numbers_used_;
};

}  // namespace statewall
