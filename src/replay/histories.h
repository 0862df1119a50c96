#pragma once

#include <cstdint>
#include <unordered_map>

#include "report/explanation.h"

namespace statewall {

/// The lives of all connections of a capture, those that ended too: some 200 bytes a connection.
class Histories {
 public:
  /// An event of the tracker; `at` is the packet that caused it, frame 0 if the clock did.
  void note(const Event& event, FramePoint at);

  /// A packet, after its events.
  void count(const Observation& observation, FramePoint at);

  /// Nothing if no connection has that number.
  const ConnectionHistory* find(std::uint64_t number) const;

  /// The last one with that tuple, in either direction, that has ended.
  const ConnectionHistory* last_ended(const Tuple& tuple) const;

 private:
  std::unordered_map<std::uint64_t, ConnectionHistory> by_number_;
};

}  // namespace statewall
