#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firewall/firewall.h"
#include "scenario/fragmenter.h"
#include "statewall/event.h"
#include "statewall/tracker.h"

namespace statewall {

/// What became of a packet, as far as the machine that it was sent through tells it.
struct Outcome {
  std::optional<State> state;
  std::optional<Direction> direction;
  std::optional<Reason> reason;
  std::optional<std::uint64_t> connection;  ///< 0: none
  std::optional<std::uint64_t> about;       ///< the connection that an error is about; 0: none
  std::optional<Verdict> verdict;

  std::string packet;   ///< for people: what it says
  std::string because;  ///< and the sentence of its reason, with the packet as its subject
};

/// What happened besides since the last packet came in. A check takes away what it names.
struct Happenings {
  std::vector<Event> events;
};

}  // namespace statewall
