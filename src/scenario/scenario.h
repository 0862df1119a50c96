#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rules/ruleset.h"
#include "rules/topology.h"
#include "scenario/packet_spec.h"
#include "statewall/address.h"
#include "statewall/event.h"
#include "statewall/profile.h"
#include "statewall/time.h"

// A scenario, read: what is sent, and what must become of it. Plain data; `docs/scenarios.md`
// describes the language, `parser.h` reads it, `runner.h` runs it.

namespace statewall {

struct ExpectationKey;

/// `KEY VALUE` behind `=>` (`expectation.h`).
struct Expectation {
  const ExpectationKey* key = nullptr;
  std::string value;
};

/// Sends a packet.
struct PacketStep {
  PacketSpec packet;
  std::uint32_t number = 0;  ///< counts the scenario's packets from 1
  static constexpr int kNoSide = -1, kLocal = -2;
  int side =
      kNoSide;  ///< where it comes in: index into ScenarioTopology::sides; or the firewall sends it
  bool drop = false;    ///< a rule does not let it out
  std::string summary;  ///< for people: "192.168.1.6 > 192.168.1.10 icmp echo-request"
  std::vector<Expectation> expectations;
};

/// The table must hold so many entries.
struct TableCheck {
  std::uint32_t entries = 0;
};

/// The table must hold an entry that prints so.
struct EntryCheck {
  std::string line;
};

/// This must have happened since the last packet came in. `kind` unset: nothing else has.
struct EventCheck {
  std::optional<EventKind> kind;
  DestroyCause cause = DestroyCause::none;  ///< none: any
  std::uint64_t connection = 0;
};

/// A rule must have logged such a line. Unset: nothing else was logged.
struct LogCheck {
  std::optional<std::string> line;  ///< its words stand in the line, in this order
};

/// A rule must have handed the packet to this group of NFLOG. Unset: to no other.
struct NflogCheck {
  std::optional<std::uint16_t> group;
  std::string prefix;
};

/// Table nat must say this of the connection that the packet opens. Unset: nothing.
struct NatCheck {
  std::optional<std::string> text;  ///< "DNAT to 10.0.0.5:80"
};

/// The firewall itself must have answered so, as REJECT does.
struct AnswerCheck {
  enum class Kind : std::uint8_t { none, tcp_reset, icmp, icmp6 };
  Kind kind = Kind::none;
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::string words;  ///< as written, for people
  std::vector<Expectation> expectations;
};

struct Step {
  int line = 0;
  Nanoseconds time = 0;  ///< since the scenario's start
  std::variant<PacketStep, TableCheck, EntryCheck, EventCheck, LogCheck, NflogCheck, NatCheck,
               AnswerCheck>
      what;
};

/// The firewall, and the sides that it stands between: what else a side is to a ruleset, the name
/// of an interface. The tracker has no use for it.
struct ScenarioTopology {
  enum class Kind : std::uint8_t { none, router, bridge };
  Kind kind = Kind::none;
  std::vector<std::string> sides;
  std::vector<rules::Topology::Local> locals;  ///< router: its own addresses on its sides
  std::vector<rules::Topology::Route> routes;  ///< router: what lies behind them besides
};

/// A ruleset that judges the packets of one family.
struct ScenarioRules {
  std::string path;
  std::string text;  ///< of the file
  rules::Ruleset ruleset;
};

struct Scenario {
  Profile profile = tutorial();
  ScenarioTopology topology;
  std::optional<ScenarioRules> rules, rules6;  ///< of IPv4, and of IPv6
  std::vector<Step> steps;                     ///< in the order of their times
  std::uint32_t packets = 0;                   ///< how many of the steps are packets

  bool has_rules() const { return rules || rules6; }
};

}  // namespace statewall
