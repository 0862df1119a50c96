#pragma once

#include <cstdint>
#include <string>

#include "report/buffer.h"
#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/profile.h"
#include "statewall/time.h"

// The connection table as text, one line a connection without its newline:
//
//   ip_conntrack   as /proc/net/ip_conntrack of kernels 2.4 prints it (spec F1-F3, F7): the name of
//                  the protocol in eight columns, every field followed by one space, the last too
//   tutorial       the same record as the founding documents print it (T4): single spaces, none
//                  at the end
//   nf_conntrack   as /proc/net/nf_conntrack of kernels in use prints it (F8-F11)
//   conntrack      as conntrack(8) lists it (F14), and tells of events (F16)

namespace statewall {

/// What `conntrack -o` adds (F15, F16).
struct ConntrackOutput {
  bool extended = false;   ///< the family in front
  bool id = false;         ///< the connection's number behind
  bool timestamp = false;  ///< of an event, in front of all
};

/// Whole seconds until the connection expires, rounded down; 0 when it is due or unconfirmed (F2).
std::int64_t seconds_left(const Connection& connection, Nanoseconds now);

/// One direction, each field followed by a space: "src=10.0.0.1 dst=10.0.0.2 sport=1025 dport=53 ".
void append_tuple(Buffer& out, const Tuple& tuple);

/// The name of the protocol in eight columns, and its number: "icmp     1 ".
void append_table_protocol(Buffer& out, std::uint8_t number);

void append_table_line(Buffer& out, const Connection& connection, Nanoseconds now,
                       TableFormat format, const ConntrackOutput& output = {});
std::string table_line(const Connection& connection, Nanoseconds now, TableFormat format,
                       const ConntrackOutput& output = {});

/// An event as `conntrack -E` tells of it.
void append_conntrack_event(Buffer& out, const Event& event, const ConntrackOutput& output);

}  // namespace statewall
