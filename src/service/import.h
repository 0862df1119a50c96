#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/complaints.h"
#include "service/conntrack_line.h"
#include "statewall/result.h"
#include "statewall/saved_connection.h"

// Takes over what netfilter tracks. Read are the lines
//
//     of `conntrack -L`, with -o extended, -o id, -o ktimestamp or without
//     of /proc/net/nf_conntrack, and of `ConntrackSocket::list`
//     of /proc/net/ip_conntrack of kernels 2.4 and 2.6
//
// They tell less than a tracker knows. TCP goes on as if picked up midstream: its windows are not
// held against it. SCTP goes on with the next heartbeat of each side, which tells the tags. UDP
// becomes a stream as a new connection does. Times are whole seconds, rounded down by whoever wrote
// them. An offloaded connection has no time of its own, and gets two minutes for its next packet.

namespace statewall {

/// Reads a table line by line.
class Import {
 public:
  /// `name` is that of the table, for the places of errors: "conntrack.txt:12:40".
  explicit Import(std::string_view name) : complaints_(name) {}

  /// The connection of the next line, valid until the next call; nullptr where it has none: it is
  /// empty, wrong or left out.
  const SavedConnection* take(std::string_view line);

  std::uint64_t connections() const { return connections_; }
  std::uint64_t wrong() const { return wrong_; }
  /// How many were left out, by reason.
  const std::array<std::uint64_t, kLeftOut>& left_out() const { return left_out_; }

  /// Where and why lines could not be understood: the first hundred, and then one that counts the
  /// others.
  std::vector<Error> errors() { return complaints_.take(); }

 private:
  rules::Complaints complaints_;
  SavedConnection saved_;
  std::uint32_t line_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t wrong_ = 0;
  std::array<std::uint64_t, kLeftOut> left_out_{};
};

}  // namespace statewall
