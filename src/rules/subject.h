#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/ruleset.h"
#include "rules/topology.h"
#include "statewall/packet.h"
#include "statewall/time.h"
#include "statewall/tracker.h"
#include "wire/bytes.h"

namespace statewall::rules {

/// A packet as rules see it at one hook. Targets change `mark`, `tos` and `ttl`; the bytes stay as
/// they came.
struct Subject {
  // What does not change on its way.
  const Packet* packet = nullptr;
  Bytes ip;         ///< from the IP header on, without what a link pads
  Bytes transport;  ///< the transport header and behind; empty if it was not reached
  /// What rules take for the transport, as nft does: an authentication header of IPv6 ends the
  /// extension headers. Nothing where these do not tell what follows.
  std::optional<std::uint8_t> protocol;
  Bytes payload;          ///< from there on
  Bytes link_header;      ///< what the frame has before the IP header; empty where unknown
  bool ethernet = false;  ///< ... and is Ethernet's
  const Topology* topology = nullptr;
  Nanoseconds now = 0;

  // Where it is.
  Hook hook = Hook::prerouting;
  std::string_view in, out;        ///< interfaces; empty: none, or unknown
  bool local = false;              ///< the firewall sends it
  bool without_socket = false;     ///< ... and no socket of its own has written it
  bool input_told_behind = false;  ///< in POSTROUTING, too

  // What tracking says. Nothing before that.
  State state = State::none;
  Direction direction = Direction::none;
  ConnectionId connection;  ///< that it belongs to, or that an error is about
  Tracker* tracker = nullptr;
  bool conditions_need_entry = true;  ///< switch conntrack_match_needs_entry

  bool zone_is_mark = false;  ///< raw said so: it is the mark that the packet leaves raw with

  // What targets change.
  std::uint32_t mark = 0;
  std::uint8_t tos = 0;
  std::uint8_t ttl = 0;

  /// Fills `protocol` and `payload` in. REQUIRES: `packet`, `ip` and `transport` are set.
  void find_payload() {
    protocol = headers().protocol;
    payload = transport;
    if (headers().family == Family::ipv6) find_ipv6_payload();
  }

  const Headers& headers() const { return packet->headers; }
  bool ipv4() const { return headers().family == Family::ipv4; }
  /// Is there an interface that it came in by? In POSTROUTING only modern kernels tell.
  bool has_input() const {
    return hook == Hook::prerouting || hook == Hook::input || hook == Hook::forward ||
           (hook == Hook::postrouting && !local && input_told_behind);
  }
  /// Was the TTL counted down already?
  bool forwarded() const { return hook == Hook::forward || (hook == Hook::postrouting && !local); }
  /// Does a kernel take it for one that it forwards, where it asks that of an interface it leaves
  /// by and of a socket? Then it takes the TTL for counted down.
  bool seems_forwarded() const {
    return forwarded() || (without_socket && (hook == Hook::output || hook == Hook::postrouting));
  }
  /// Bytes that the IP packet has, captured or not.
  std::uint32_t length() const { return packet->ip_length; }

  /// A copy of the connection, made when it is first asked for; nullptr if there is none.
  const Connection* entry() const {
    if (!connection || !tracker) return nullptr;
    if (!entry_) entry_ = tracker->find(connection);
    if (!entry_) entry_ = tracker->ended(connection);
    return entry_ ? &*entry_ : nullptr;
  }
  /// What `entry` gives, where the connection is no longer to be found.
  void remember_entry(const Connection& connection_copy) { entry_ = connection_copy; }
  /// The connection was changed: the next `entry` copies it anew.
  void forget_entry() { entry_.reset(); }

 private:
  void find_ipv6_payload();

  mutable std::optional<Connection> entry_;
};

}  // namespace statewall::rules
