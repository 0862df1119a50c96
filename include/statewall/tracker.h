#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/reason.h"
#include "statewall/saved_connection.h"
#include "statewall/time.h"

// Connection tracking.
//
// One `ConnectionTable` holds the connections; each thread that handles packets has a `Tracker` of
// its own on it. Any packet may be handed to any thread. With one thread no lock is ever taken.
//
// A packet is handled in two phases. `prepare` works on a batch and only reads: it finds the key,
// hashes it and fetches the memory that will be needed. Then, packet by packet and strictly in
// order,
//
//     Observation o = tracker.observe(packet, lookup, now);
//     if (your rules let it out) tracker.confirm(); else tracker.drop();
//
// so that packet n+1 sees what packet n confirmed. A batch of one gives the same answers.
//
// Nothing here allocates, throws, reads a clock or waits for anything but a lock that is held for
// one lookup. Time is an argument; it never runs backwards: an earlier `now` counts as the latest.
// After a pause of 2^24 milliseconds (4.7 hours) all that is due is expired first; a jump of 2^31
// ms expires every connection.

namespace statewall {

struct TableConfig {
  Profile profile = tutorial();
  unsigned threads = 1;  ///< trackers that will use the table, 1 to 64
  /// The secret of the hash. Random for live traffic, or an attacker who knows it can make all
  /// connections meet in one bucket; a constant where runs must be the same.
  std::array<std::uint64_t, 2> hash_key{};
};

enum class ConfigError : std::uint8_t {
  none,
  threads,  ///< not 1 to 64
  max,      ///< Profile::max or buckets not 1 to 2^30
  memory    ///< the memory is smaller than `memory_needed` or not aligned to 64 bytes
};
std::string_view sentence(ConfigError error);

/// Sums over all trackers of a table. Exact when no other thread is inside a tracker.
struct Counters {
  std::uint64_t packets = 0;
  std::uint64_t opened = 0;     ///< connections confirmed
  std::uint64_t dropped = 0;    ///< first packets that were not let out: no entry
  std::uint64_t destroyed = 0;  ///< ended, for any cause
  std::uint64_t evicted = 0;    ///< of these, dropped early
  std::uint64_t refused = 0;    ///< packets that found no room and nothing to evict
  std::uint64_t clashed = 0;    ///< first packets whose connection another thread opened first
};

/// The connections, in memory that the caller owns: a table lives in it from `create` on and needs
/// no destruction. The memory is touched only as far as connections need it.
class ConnectionTable {
 public:
  /// Bytes that a table of this configuration takes: 140 a connection, 32 more with `acct`, and a
  /// few KiB a thread.
  /// 0 if the configuration is not valid.
  static std::size_t memory_needed(const TableConfig& config);

  struct Created {
    ConnectionTable* table = nullptr;  ///< nullptr on error
    ConfigError error = ConfigError::none;
  };
  /// Lays a table out in `memory`, aligned to 64 bytes, which must outlive it. Its contents may be
  /// anything. The table has no destructor to call.
  static Created create(const TableConfig& config, std::span<std::byte> memory);

  const Profile& profile() const;
  unsigned threads() const;

  /// Connections in the table, expired ones that are not yet removed too. Thread-safe; exact when
  /// no other thread is inside a tracker.
  std::size_t size() const;

  Counters counters() const;

  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

 protected:
  ConnectionTable() = default;
};

/// The canonical key of a connection, the same for both directions: ends sorted, or for ICMP
/// queries the asker first. No padding: it is hashed and compared as words.
struct FlowKey {
  Address first;
  Address second;
  std::uint16_t first_port = 0;   ///< ICMP: the id; GRE: the key
  std::uint16_t second_port = 0;  ///< ICMP: query type and code
  Zone zone = 0;
  std::uint8_t protocol = 0;
  Family family = Family::none;

  friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

/// Where connections of one hash stand in the hash table: on which line, under which tag.
struct Spot {
  std::uint32_t line = 0;
  std::uint16_t tag = 0;
};

/// One packet's way through `prepare` to `observe`. The caller sets `zone` and `notrack` before
/// `prepare`; the rest belongs to the tracker.
struct Lookup {
  Zone zone = 0;
  bool notrack = false;

  enum class Plan : std::uint8_t {
    settled,   ///< the packet alone decides: `reason`
    hopeless,  ///< so too, but a full table is dealt with first (A18)
    error,     ///< look the quoted packet's key up
    query,     ///< look the packet's own key up: it is an ICMP query or a reply,
    datagram,  ///< ... UDP,
    flow       ///< ... or of any other protocol
  };
  Plan plan = Plan::settled;
  Reason reason = Reason::not_ip;
  bool from_second = false;   ///< the (quoted) packet goes from the key's second end to its first
  bool same_ends = false;     ///< both ends of the key are equal
  std::uint8_t place = 0xff;  ///< where the connection stood in its bucket: a hint
  FlowKey key;
  Spot spot;
};

/// What one packet is. A value, valid until that packet's confirm or drop.
struct Observation {
  State state = State::none;
  Direction direction = Direction::none;
  Reason reason = Reason::not_ip;
  std::uint8_t status = 0;  ///< of the connection, after this packet
  std::uint32_t mark = 0;
  ConnectionId connection;     ///< that the packet belongs to, or that an error is about
  ConnectionId related_to;     ///< for RELATED: the connection it is about
  std::uint64_t datagram = 0;  ///< that the packet is a fragment of; set by who reassembles, else 0
};

enum class Confirmation : std::uint8_t {
  confirmed,  ///< the packet may go out; a new connection is in the table now
  joined,     ///< another thread opened the same connection first; the packet belongs to that one
  lost        ///< this packet must be dropped: another thread opened its connection first (B16),
              ///< or the hash table has no line left for it
};

struct TableState;  // a table, from inside
struct Worker;      // what a table keeps for one tracker

/// One thread at work on a table. For the tracker's own use.
struct Context {
  TableState& table;
  Worker& worker;
  unsigned worker_number;
  EventRing* events;

  /// Now, as deadlines are kept.
  std::uint32_t now() const;

  /// The deadline that lies `timeout` milliseconds ahead; not earlier, so at most one later.
  std::uint32_t deadline_in(std::uint32_t timeout) const;
};

/// One thread's hand on a table.
class Tracker {
 public:
  /// No call handles more records than this, and with each it touches at most the two beside it on
  /// the timer; but for `list` and `save`, which look at as many as they may return, and for the
  /// first call after a pause of 2^24 ms, which ends all that is due.
  static constexpr std::size_t kRecordsPerCall = 64;
  static constexpr std::size_t kTouchedPerCall = 3 * kRecordsPerCall;

  /// REQUIRES: the table outlives the tracker; `worker` is below table.threads(), and no other
  /// tracker has it; `events`, if given, outlives the tracker.
  Tracker(ConnectionTable& table, unsigned worker, EventRing* events = nullptr);

  const Profile& profile() const;

  /// First phase, for a batch: fills `lookups`. REQUIRES: the spans have the same length.
  void prepare(std::span<const Packet> packets, std::span<Lookup> lookups) const;

  /// Second phase, one packet: judges it, and changes its connection as the packet demands. An
  /// earlier packet that was neither confirmed nor dropped is dropped first.
  Observation observe(const Packet& packet, const Lookup& lookup, Nanoseconds now) {
    Observation seen;
    observe(packet, lookup, now, seen);
    return seen;
  }

  /// The same into an Observation that is there already: nothing is copied.
  void observe(const Packet& packet, const Lookup& lookup, Nanoseconds now, Observation& seen);

  /// Both phases for one packet.
  Observation observe(const Packet& packet, Nanoseconds now);

  /// The packet last observed goes out: a new connection enters the table, and an end that waited
  /// for the packet to pass takes effect. Without such a packet it does nothing.
  Confirmation confirm();

  /// The packet last observed does not go out: a new connection is forgotten, an end is void.
  void drop();

  /// Removes connections whose time ran out, up to kRecordsPerCall of them a call. True when none
  /// is left that is due at `now`. `observe` does a little of this by itself.
  bool expire(Nanoseconds now);

  /// A copy of one connection, or nothing when it is gone. The packet under way counts.
  std::optional<Connection> find(ConnectionId id) const;

  /// A copy of the connection that the packet under way ended at once, as it was then: rules judge
  /// the packet by it. Nothing if this is another one.
  std::optional<Connection> ended(ConnectionId id) const;

  /// Copies of connections in the table, by slot, from `cursor` on, which starts at 0 and moves on.
  /// At most out.size() slots are looked at, empty ones too. Returns how many copies were made;
  /// the listing is complete when `cursor` is `kListed`.
  std::size_t list(std::uint32_t& cursor, std::span<Connection> out) const;
  static constexpr std::uint32_t kListed = 0xffffffff;

  /// Copies of connections for another table, as they stand at `now`: as `list` does it, but for
  /// those whose time ran out by then. `now` may be an earlier moment than the latest: a table that
  /// is saved bit by bit while packets flow is saved with the same one throughout.
  std::size_t save(std::uint32_t& cursor, std::span<SavedConnection> out, Nanoseconds now) const;

  /// Enters a saved connection into the table, as a connection that was confirmed at `now`: it has
  /// a new number, counts as opened, and its event is NEW. The value may come from anywhere. Its
  /// time ends up to 2 ms late, never early. A packet under way is dropped first, as by `observe`.
  Restored restore(const SavedConnection& saved, Nanoseconds now);

  /// Ends a connection (cause: flushed). False when it is already gone.
  bool erase(ConnectionId id);

  /// Sets a connection's mark; that of the packet under way counts. False when it is gone.
  bool set_mark(ConnectionId id, std::uint32_t mark);

  /// A TCP connection is over, for a RST was sent in answer to one of its packets: it has the state
  /// CLOSE, and the time of that. False when it is gone, not yet in the table, or no TCP.
  bool close_tcp(ConnectionId id);

 private:
  Context context_;
};

}  // namespace statewall
