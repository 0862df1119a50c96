#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "report/buffer.h"
#include "report/query_summary.h"
#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/time.h"

namespace statewall {

/// What passed in one direction of a connection.
struct Passed {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  ///< of IP packets, their headers included
};

/// A connection as it was in the end.
struct ConnectionSummary {
  Connection connection;
  Nanoseconds first = 0;  ///< time of its first packet
  Nanoseconds last = 0;   ///< of the last one, errors about it not counted
  Passed original;
  Passed reply;
  std::uint64_t errors = 0;                 ///< RELATED: ICMP errors that quoted it
  DestroyCause cause = DestroyCause::none;  ///< none: it was there at the end of the capture
  Nanoseconds end = 0;                      ///< when it ended, or the capture
  bool asks = false;                        ///< ICMP: `queries` counts
  QuerySummary queries;
};

/// One line in the manner of `conntrack -L` with accounting, without its newline:
///
///   #1 21:13:56.947905-21:13:56.947988 icmp 1 src=... packets=1 bytes=84 [UNREPLIED] src=...
///   packets=1 bytes=84 errors=0 end=replied sent=1 replied=1 ... rtt min/avg/max/mdev = ... ms
///
/// An end of "open" says that the connection was there at the end of the capture.
void append_summary_line(Buffer& out, const ConnectionSummary& summary);

/// "type":"connection_end".
void append_summary_json(Buffer& out, std::string_view file, const ConnectionSummary& summary);

/// All queries of one kind, code and id from one host to another, across the connections that they
/// made: what one run of ping sent.
struct PingSummary {
  Tuple query;
  Nanoseconds first = 0;  ///< time of the first query
  Nanoseconds last = 0;   ///< of the last query, reply or error
  std::uint64_t connections = 0;
  QuerySummary queries;
};

/// "ping 192.168.1.6 > 192.168.1.10 type=8 code=0 id=33029 21:13:56.947905-21:13:56.947988
/// connections=1 errors=0 sent=1 ...".
void append_ping_line(Buffer& out, const PingSummary& summary);

/// "type":"ping".
void append_ping_json(Buffer& out, std::string_view file, const PingSummary& summary);

}  // namespace statewall
