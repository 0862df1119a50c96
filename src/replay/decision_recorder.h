#pragma once

#include "report/decision_record.h"

namespace statewall {

/// Writes down what happens to a packet on its way through a firewall.
class DecisionRecorder final : public FirewallWitness {
 public:
  /// `trail`: the rules that it visits, too.
  explicit DecisionRecorder(bool trail) : trail_(trail) {}

  void begin() { record_.clear(); }
  /// The packet is through. The record is valid until the next `begin`.
  const DecisionRecord& finish(const Decision& decision) {
    record_.decision = decision;
    record_.in = decision.in;
    record_.out = decision.out;
    return record_;
  }

  void visited(Family family, rules::Hook hook, const RulePlace& place, int unmet) override {
    if (trail_) record_.visits.push_back({family, hook, place, unmet});
  }
  void logged(const rules::LogTarget&, std::string_view line) override {
    record_.log_lines.emplace_back(line);
  }
  void nflogged(const rules::NflogTarget& target) override {
    record_.nflogs.push_back({target.group, target.prefix});
  }
  void would_translate(const rules::NatTarget&, std::string_view text) override {
    record_.translation = text;
  }

 private:
  bool trail_;
  DecisionRecord record_;
};

}  // namespace statewall
