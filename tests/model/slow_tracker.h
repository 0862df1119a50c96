#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/reason.h"
#include "statewall/time.h"
#include "statewall/tracker.h"

// The slow, obvious tracker. It exists for tests alone: written from the specification, with no
// eye on speed, it is what the fast one is held against.
//
// It is a list of entries, each with its two tuples spelt out (T7). A packet's tuple is compared
// with every reply tuple, then with every original tuple (B2); the packet quoted in an ICMP error
// is inverted first (C2). No hash, no wheel, no canonical key. Deadlines are milliseconds since the
// first moment it was told, rounded up; an entry is gone the moment its deadline is reached.
//
// What it does not decide is which connection an early drop takes: it is told, and checks that the
// choice was allowed.

namespace statewall::model {

/// What an event says that both trackers must agree on.
struct Happening {
  std::uint64_t number = 0;
  EventKind kind = EventKind::new_;
  DestroyCause cause = DestroyCause::none;

  friend auto operator<=>(const Happening&, const Happening&) = default;
};

class SlowTracker {
 public:
  explicit SlowTracker(const Profile& profile) : profile_(profile) {}

  /// Moves time on and removes what is due.
  void advance(Nanoseconds now);

  /// As Tracker::observe. `evicted` is the connection that the other tracker dropped early for this
  /// packet, 0 if none; without a second tracker the oldest one is taken.
  Observation observe(const Packet& packet, Zone zone, bool notrack, Nanoseconds now,
                      std::optional<std::uint64_t> evicted = std::nullopt);
  void confirm();
  void drop();

  bool erase(std::uint64_t number);
  bool set_mark(std::uint64_t number, std::uint32_t mark);

  /// The connections in the table, by number. Their slot is 0.
  std::vector<Connection> entries() const;
  /// One connection, the unconfirmed one too.
  std::optional<Connection> find(std::uint64_t number) const;
  /// What happened since the last call, in order.
  std::vector<Happening> take_happenings();
  const Counters& counters() const { return counters_; }

  /// What was wrong with the other tracker's early drops; empty if nothing.
  const std::string& complaint() const { return complaint_; }

 private:
  struct Entry {
    std::uint64_t number = 0;
    Tuple original;
    Tuple reply;
    Zone zone = 0;
    std::uint8_t status = 0;
    TcpState tcp_state = TcpState::none;
    std::optional<std::uint32_t> handshake_ack;  ///< that completes the handshake (E24)
    std::uint32_t mark = 0;
    std::uint32_t open_queries = 0;
    std::uint16_t newest_sequence = 0;  ///< of the queries that opened (T9)
    std::int64_t deadline = 0;          ///< ms since the epoch
    DestroyCause ended = DestroyCause::none;
  };
  struct Hit {
    Entry* entry = nullptr;
    Direction direction = Direction::none;
  };
  /// What a packet does to its connection when it passes, or at once (end_when_passed).
  using Effect = std::function<void(Entry&)>;

  std::optional<Reason> settled(const Packet& packet, bool notrack) const;
  std::optional<Reason> hopeless(const Packet& packet) const;
  std::optional<Reason> bad_error(const Packet& packet) const;
  Observation observe_error(const Packet& packet, Zone zone, std::optional<std::uint64_t> evicted);
  Observation observe_flow(const Packet& packet, Zone zone, std::optional<std::uint64_t> evicted);
  Observation open(const Packet& packet, const Tuple& tuple, Zone zone);

  // Handlers, one a protocol: false if the packet is refused and must change nothing.
  bool handle(const Packet& packet, const Hit& hit);
  void handle_icmp(const Packet& packet, const Hit& hit);
  bool handle_tcp(const Packet& packet, const Hit& hit);
  void handle_udp(const Hit& hit);
  Effect effect_of_error(const Packet& packet, const Entry& entry) const;
  void close_query(Entry& entry, DestroyCause cause) const;

  Reason reason_of_hit(const Packet& packet, const Hit& hit) const;
  std::uint32_t first_timeout(const Entry& entry) const;
  std::uint32_t tcp_timeout(TcpState state) const;
  void refresh(Entry& entry, std::uint32_t seconds) const;

  Hit search(const Tuple& tuple, Zone zone);
  Entry* by_number(std::uint64_t number);
  bool make_room(std::optional<std::uint64_t> evicted);
  void take_effect(Entry& entry, Effect effect);
  void end(std::uint64_t number, DestroyCause cause);
  void happened(std::uint64_t number, EventKind kind, DestroyCause cause = DestroyCause::none);
  Connection copy(const Entry& entry) const;

  Profile profile_;
  std::vector<Entry> entries_;  ///< by number
  std::optional<Entry> opened_;
  std::uint64_t under_way_ = 0;  ///< the connection that `when_passed_` is for
  Effect when_passed_;
  std::uint64_t last_number_ = 0;
  std::optional<Nanoseconds> epoch_;
  Nanoseconds now_ = 0;  ///< since the epoch
  std::vector<Happening> happenings_;
  Counters counters_;
  std::string complaint_;
};

}  // namespace statewall::model
