#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/scenario.h"
#include "statewall/result.h"

namespace statewall {

/// One expectation that was not met.
struct Failure {
  int line = 0;
  std::string subject;   ///< "packet 3 (192.168.1.10 > 192.168.1.6 icmp echo-reply)", "table"
  std::string expected;  ///< "state ESTABLISHED"
  std::string got;       ///< "INVALID"
  std::string because;   ///< the reason's sentence; empty where there is none
  std::vector<std::string> details;  ///< what there was instead: the entries, the events

  /// "packet 3 (...): expected state ESTABLISHED, got INVALID (is ...)", and a line each detail.
  std::string text() const;
};

struct RunResult {
  std::uint64_t checked = 0;    ///< expectations
  std::uint64_t compared = 0;   ///< packets that the other profile saw, too
  std::uint64_t otherwise = 0;  ///< of these, with another state
  std::vector<Failure> failures;
};

/// Sends a scenario's packets through a tracker with a table of its own and compares what becomes
/// of them. An error is one of the configuration, such as a table that does not fit into memory.
/// `beside`: if not null, a profile that sees the same packets; no expectation is held against it.
Result<RunResult> run_scenario(const Scenario& scenario, const Profile* beside = nullptr);

}  // namespace statewall
