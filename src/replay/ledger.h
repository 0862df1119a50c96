#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "replay/query_tally.h"
#include "replay/view.h"
#include "report/connection_summary.h"

namespace statewall {

/// Keeps account of each connection while it lives, and sums it up at its end, or at that of the
/// capture. Connections of which no packet was shown are left out.
class Ledger final : public View {
 public:
  using Tell = std::function<void(const ConnectionSummary&)>;

  explicit Ledger(Tell tell) : tell_(std::move(tell)) {}

  void packet(const PacketRecord& record, bool shown) override;
  void event(const Event& event, bool shown) override;
  void end(const World& world) override;

 private:
  struct Account {
    Nanoseconds first = 0;
    Nanoseconds last = 0;
    Passed original;
    Passed reply;
    std::uint64_t errors = 0;
    bool shown = false;
    std::unique_ptr<QueryTally> queries;  ///< ICMP
  };

  void close(const Connection& connection, DestroyCause cause, Nanoseconds end);

  Tell tell_;
  std::unordered_map<std::uint64_t, Account> accounts_;  ///< by the connection's number
};

}  // namespace statewall
