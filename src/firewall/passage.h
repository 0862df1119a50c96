#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firewall/parts.h"
#include "firewall/relay.h"
#include "firewall/way.h"
#include "rules/evaluator.h"
#include "rules/subject.h"
#include "statewall/tracker.h"

namespace statewall {

/// One packet's passage: the way that it takes, and what becomes of it at each stop, into an empty
/// decision.
class Passage {
 public:
  Passage(Firewall::Parts& parts, Tracker& tracker, const Arrival& arrival, Nanoseconds now,
          FirewallWitness* witness, Decision& decision);

  /// Before `run`: the packet is what REJECT answered to one that tracking saw so.
  void answer_to(const Observation& refused);

  /// `attached`: the answer's connection, which is known without a look at the table.
  void run(Lookup& lookup, const Observation* attached);

 private:
  void choose_way();
  static std::string_view name_of(const std::string* interface);
  void show(const Observation& seen);
  void track(const Lookup& lookup, const Observation* attached);

  /// Through these stops. False when the packet does not go on.
  bool walk(std::span<const Stop> stops, Lookup* lookup);
  /// The same, before tracking: `lookup` then has what raw said of it.
  bool walk_raw(std::span<const Stop> stops, Lookup* lookup);

  /// What a hook sees of interfaces and TTL. False where the router discards the packet instead.
  bool arrive_at(rules::Hook hook);

  /// False where the router discards the packet instead.
  bool come_in_again();
  bool track_again(Lookup& lookup);

  /// Only a connection's first packet goes through table nat.
  bool opens_connection() const;

  /// False when the packet does not go on.
  bool take(const rules::Outcome& outcome);
  void note_translation(const rules::NatTarget& target);
  void reject(const rules::RejectTarget& target);
  /// Does the pace of errors allow another one?
  bool may_answer(const rules::RejectTarget& target);
  void accept();
  void obstruct(Obstacle obstacle);
  void finish();

  Firewall::Parts& parts_;
  Tracker& tracker_;
  const Profile& profile_;
  const Arrival& arrival_;
  rules::Subject subject_;
  rules::Evaluator* evaluator_;
  FirewallWitness* witness_ = nullptr;
  std::optional<Relay> relay_;
  Way way_ = Way::forward;
  bool arrived_ = false;
  bool raw_is_late_ = false;  ///< to say how the packet is tracked
  Decision& decision_;
};

}  // namespace statewall
