#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>

#include "replay/query_tally.h"
#include "replay/view.h"
#include "report/connection_summary.h"

namespace statewall {

/// Sums up what each run of ping sent and got, whatever the tracker made of it: all queries of one
/// kind, code and id from one host to another. Under profiles whose entries end with the reply, a
/// run of ping is many connections; and a duplicate reply, INVALID, is a duplicate all the same.
///
/// A run is over after kIdle without a packet, or when there are more than kRuns of them and it is
/// the one that has been silent for longest; the rest with the capture, in the order in which they
/// began.
class Pings final : public View {
 public:
  static constexpr Nanoseconds kIdle = 600 * kNanosecondsPerSecond;
  static constexpr std::size_t kRuns = 65536;

  using Tell = std::function<void(const PingSummary&)>;

  explicit Pings(Tell tell) : tell_(std::move(tell)) {}

  void packet(const PacketRecord& record, bool shown) override;
  void end(const World& world) override;

 private:
  struct Run {
    Tuple query;
    std::uint64_t place = 0;  ///< among all runs
    Nanoseconds first = 0;
    Nanoseconds last = 0;
    std::uint64_t connections = 0;
    std::uint64_t newest_connection = 0;
    QueryTally queries;
    bool shown = false;
  };
  using Runs = std::list<Run>;

  void asked(const PacketRecord& record, const Tuple& query, bool shown);
  Run* find(const Tuple& query, const PacketRecord& record, bool shown);
  void finish(Runs::iterator run);
  void tell(const Run& run) const;

  Tell tell_;
  Runs runs_;  ///< the one that has been silent for longest comes first
  std::map<Tuple, Runs::iterator> by_query_;
  std::uint64_t begun_ = 0;
};

}  // namespace statewall
