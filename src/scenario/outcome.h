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
  std::optional<std::string> rule;  ///< that made the verdict: "filter FORWARD 3"; empty: none did
  std::optional<std::string> out;   ///< the side that it leaves by; empty: none
  std::optional<std::uint32_t> mark;
  std::optional<bool> uncertain;

  std::string packet;   ///< for people: what it says
  std::string because;  ///< the sentence of its reason, with the packet as its subject
  std::vector<std::string> decision;  ///< how the rules came to the verdict, a line each
};

/// A packet by which the firewall itself answered.
struct FirewallAnswer {
  PacketBytes bytes;  ///< empty: the machine does not tell; it may be anything
  Outcome outcome;
};

/// What happened besides since the last packet came in. A check takes away what it names.
struct Happenings {
  std::vector<Event> events;
  std::vector<std::string> log;    ///< lines of LOG
  std::vector<std::string> nflog;  ///< "3 prefix": group and prefix
  std::vector<std::string> nat;    ///< "DNAT to 10.0.0.5:80"
  std::vector<FirewallAnswer> answers;
};

/// What `Happenings::nflog` holds.
inline std::string nflog_text(std::uint16_t group, const std::string& prefix) {
  return std::to_string(group) + ' ' + prefix;
}

}  // namespace statewall
