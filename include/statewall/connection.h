#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "statewall/address.h"
#include "statewall/time.h"

// The words of connection tracking, as values. They are netfilter's.

namespace statewall {

/// What a packet is to the tracker (spec B1). `none`: it has no state, because it never reaches
/// tracking, cannot be told from the capture, or was refused by a full table; the reason says
/// which.
enum class State : std::uint8_t { none, new_, established, related, invalid, untracked };

enum class Direction : std::uint8_t { none, original, reply };

/// TCP states as `conntrack -L` prints them; `none` before the first packet is judged.
enum class TcpState : std::uint8_t {
  none,
  established,
  syn_sent,
  syn_recv,
  fin_wait,
  time_wait,
  close,
  close_wait,
  last_ack,
  syn_sent2  ///< SYNs from both sides (E9)
};
inline constexpr int kTcpStates = 10;

/// States of an SCTP association as `conntrack -L` prints them (E27).
enum class SctpState : std::uint8_t {
  none,
  closed,
  cookie_wait,
  cookie_echoed,
  established,
  shutdown_sent,
  shutdown_recd,
  shutdown_ack_sent,
  heartbeat_sent
};
inline constexpr int kSctpStates = 9;

/// Bits of a connection's status.
namespace status {
inline constexpr std::uint8_t seen_reply = 1;  ///< printed as the absence of [UNREPLIED]
inline constexpr std::uint8_t assured = 2;     ///< [ASSURED]: never dropped early
inline constexpr std::uint8_t confirmed = 4;   ///< its first packet was let out: it is in the table
inline constexpr std::uint8_t dying = 8;       ///< ended, and no longer in the table
}  // namespace status

/// "NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED"; "none" for none.
std::string_view name(State state);
/// "original", "reply", "none".
std::string_view name(Direction direction);
/// "NONE", "SYN_SENT", ...
std::string_view name(TcpState state);
/// "NONE", "COOKIE_WAIT", ...
std::string_view name(SctpState state);

/// Separates address spaces: connections of different zones never meet.
using Zone = std::uint16_t;

/// One connection of one table. `number` counts connections in the order in which they were opened,
/// from 1, and is never used twice; with several threads each has numbers of its own in between.
/// Together with `slot`, its place in the table, it finds the connection, or finds that it is gone.
struct ConnectionId {
  std::uint64_t number = 0;  ///< 0: no connection
  std::uint32_t slot = 0;

  constexpr explicit operator bool() const { return number != 0; }
  friend constexpr auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
};

/// One direction of a connection (spec A1, T8). Ports are zero where the protocol has none; those
/// of GRE are its keys. The icmp fields are zero for anything but ICMP and ICMPv6. Host order.
struct Tuple {
  Address source;
  Address destination;
  Family family = Family::none;
  std::uint8_t protocol = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::uint16_t icmp_id = 0;

  friend constexpr auto operator<=>(const Tuple&, const Tuple&) = default;
};

/// A copy of one connection at one moment.
struct Connection {
  ConnectionId id;
  Tuple original;
  Tuple reply;  ///< what a reply looks like
  Zone zone = 0;
  std::uint8_t status = 0;
  TcpState tcp_state = TcpState::none;
  SctpState sctp_state = SctpState::none;
  std::uint32_t mark = 0;
  std::uint32_t open_queries = 0;  ///< ICMP queries not yet answered, the first one from the start
  Nanoseconds deadline = 0;        ///< when it expires; 0 while unconfirmed
  std::uint32_t gre_timeout = 0;   ///< GRE: its two timeouts, in seconds (F9)
  std::uint32_t gre_timeout_stream = 0;
  bool counted = false;  ///< packets and bytes are (switch acct)
  /// What went which way, first packet and IP header included; ICMP errors about it do not count.
  struct Count {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
  } original_count, reply_count;
};

}  // namespace statewall
