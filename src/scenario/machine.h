#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenario/outcome.h"
#include "scenario/scenario.h"
#include "statewall/result.h"
#include "statewall/time.h"

namespace statewall {

/// What a scenario is played on: Statewall, or another that is to do the same. It need not tell all
/// that a scenario asks for.
class Machine {
 public:
  virtual ~Machine() = default;

  /// Waits until `time`, which counts from the scenario's start.
  virtual std::optional<Error> advance(Nanoseconds time, Happenings& happened) = 0;

  /// Sends a packet. `whole` is what its words make, and what is sent but for fragments.
  virtual Result<Outcome> send(const PacketStep& step, const PacketBytes& whole,
                               Happenings& happened) = 0;

  /// The entries of its table, a line each, in the profile's format, without blanks at their ends.
  virtual Result<std::vector<std::string>> table() = 0;

  /// Does it tell its events, and the very lines of its table?
  virtual bool tells_all() const = 0;
};

}  // namespace statewall
