#pragma once

#include <cstdint>

#include "report/buffer.h"
#include "statewall/time.h"

namespace statewall {

/// What became of ICMP queries and how long their replies took, as ping counts it.
struct QuerySummary {
  std::uint64_t sent = 0;
  std::uint64_t replied = 0;     ///< queries that got a reply
  std::uint64_t duplicates = 0;  ///< further replies to the same query ("DUP!")
  std::uint64_t out_of_order =
      0;                     ///< replies to an older query than one that was replied to before
  std::uint64_t errors = 0;  ///< ICMP errors about queries

  // Round-trip times of all replies, duplicates too, as ping has it; they are 0 where none was
  // measured. "mean" is ping's avg, "deviation" its mdev: the root of the mean square less the
  // square of the mean.
  std::uint64_t measured = 0;
  Nanoseconds least = 0;
  Nanoseconds mean = 0;
  Nanoseconds most = 0;
  Nanoseconds deviation = 0;

  std::uint64_t lost() const { return sent - replied; }
};

/// "sent=4 replied=3 lost=1 dup=0 ooo=0 rtt min/avg/max/mdev = 0.035/0.041/0.052/0.007 ms"; the
/// times only where one was measured.
void append_queries(Buffer& out, const QuerySummary& queries);

/// ,"queries":{"sent":4,...,"rtt":{"min":"0.000035000",...}}; rtt is null where none was measured.
void append_json_queries(Buffer& out, const QuerySummary& queries);

}  // namespace statewall
