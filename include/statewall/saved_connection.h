#pragma once

#include <array>
#include <cstdint>

#include "statewall/connection.h"

// A connection as it is kept outside a table: copied out by `Tracker::save`, entered into another
// table, of another program even, by `Tracker::restore`. Plain values, from which nothing is lost
// that later packets are judged by.

namespace statewall {

/// What is known of a connection beside what `Connection` says.
enum class KeptPart : std::uint8_t {
  nothing,      ///< nothing, or there is nothing to know: it goes on as if picked up midstream
  icmp,         ///< `icmp_newest`
  udp,          ///< `udp_stream_in`
  tcp_flags,    ///< `tcp_flags`: TCP by flags alone
  tcp_windows,  ///< `tcp`: TCP by states and windows
  sctp          ///< `sctp`
};
inline constexpr int kKeptParts = 6;

struct SavedConnection {
  /// Of this `id`, `deadline` and GRE's timeouts are not looked at by `restore`: a table gives a
  /// number of its own, and its profile has the timeouts.
  Connection connection;

  /// Milliseconds until it expires.
  std::uint32_t time_left = 0;

  /// Which of the following counts. A table that keeps something else of such a connection, having
  /// another profile, takes it as `nothing`.
  KeptPart kept = KeptPart::nothing;

  std::uint16_t icmp_newest = 0;   ///< sequence number of the newest query
  std::int32_t udp_stream_in = 0;  ///< milliseconds until packets both ways make it a stream; below
                                   ///< zero: they do already

  struct TcpFlags {
    bool syn_ack_seen = false;  ///< then the next is known
    std::uint32_t handshake_ack = 0;
    friend bool operator==(const TcpFlags&, const TcpFlags&) = default;
  } tcp_flags;

  /// The numbers of both sides, original first, and of the last segment. What they mean is told in
  /// docs/state-file.md.
  struct Tcp {
    struct Side {
      std::uint32_t end = 0;
      std::uint32_t max_end = 0;
      std::uint32_t max_window = 0;
      std::uint32_t max_ack = 0;
      std::uint8_t scale = 0;  ///< 0 to 14
      std::uint8_t traits = 0;
      friend bool operator==(const Side&, const Side&) = default;
    };
    std::array<Side, 2> sides{};
    std::uint32_t last_sequence = 0;
    std::uint32_t last_ack = 0;
    std::uint32_t last_end = 0;
    std::uint16_t last_window = 0;
    std::uint8_t last_event = 0;      ///< 0 to 5
    std::uint8_t last_direction = 0;  ///< 0 original, 1 reply
    std::uint8_t last_scale = 0;      ///< 0 to 14
    std::uint8_t last_traits = 0;
    std::uint8_t repetitions = 0;
    friend bool operator==(const Tcp&, const Tcp&) = default;
  } tcp;

  struct Sctp {
    std::array<std::uint32_t, 2> tags{};  ///< that the packets of each way carry; 0: unknown
    std::array<bool, 2> init_seen{};
    bool heartbeat_failed = false;
    std::uint8_t last_way = 0;  ///< of that heartbeat: 0 original, 1 reply
    friend bool operator==(const Sctp&, const Sctp&) = default;
  } sctp;
};

/// What became of a saved connection.
enum class Restored : std::uint8_t {
  restored,
  already_there,  ///< the table has a connection of the same tuple and zone, which stays as it is
  expired,        ///< it had no time left
  not_valid,      ///< no table of this profile can have such a connection
  no_room         ///< the table is full; nothing is evicted for it
};

/// No connection has more milliseconds left.
inline constexpr std::uint32_t kMostTimeLeft = 2'147'483'500;

/// Lets `milliseconds` go by for a connection that waits outside a table: what they take of the
/// time that it has left.
void let_pass(SavedConnection& saved, std::uint64_t milliseconds);

/// What a reply to packets of this tuple looks like, as long as no address is translated. An ICMP
/// tuple is turned where its type asks a query.
Tuple reply_of(const Tuple& original);

}  // namespace statewall
