#pragma once

#include <cstdint>
#include <deque>

#include "report/query_summary.h"
#include "statewall/time.h"

namespace statewall {

/// Counts queries and their replies, matched by sequence number, and measures round-trip times.
///
/// It remembers the latest kRemembered queries. A reply to an older one is not counted; that query
/// counts as lost.
class QueryTally {
 public:
  static constexpr std::size_t kRemembered = 4096;

  void query(std::uint16_t sequence, Nanoseconds time);
  void reply(std::uint16_t sequence, Nanoseconds time);
  void error() { ++counts_.errors; }

  QuerySummary summary() const;

 private:
  struct Query {
    std::uint64_t place;  ///< among all queries
    Nanoseconds time;
    std::uint16_t sequence;
    bool replied;
  };

  void measure(Nanoseconds time);

  std::deque<Query> queries_;
  QuerySummary counts_;           ///< but for what follows from the sums
  std::uint64_t newest_ = 0;      ///< place of the newest query that was replied to
  double sum_ = 0, squares_ = 0;  ///< of round-trip times, in nanoseconds
};

}  // namespace statewall
