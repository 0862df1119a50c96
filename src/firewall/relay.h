#pragma once

#include "firewall/firewall.h"
#include "firewall/log_line.h"
#include "firewall/text_writer.h"
#include "rules/evaluator.h"

namespace statewall {

/// Hands what an evaluator tells on to the firewall's witness.
class Relay final : public rules::EvaluatorWitness {
 public:
  Relay(FirewallWitness& witness, TextWriter& text, bool modern)
      : witness_(witness), text_(text), modern_(modern) {}

  void look_at(const rules::Subject& subject) { subject_ = &subject; }

  void visited(const RulePlace& place, int unmet) override {
    witness_.visited(subject_->headers().family, subject_->hook, place, unmet);
  }
  void logs(const rules::LogTarget& target, const rules::Subject& subject) override {
    text_.clear();
    write_log_line(text_, target, subject, modern_);
    witness_.logged(target, text_.text());
  }
  void nflogs(const rules::NflogTarget& target, const rules::Subject&) override {
    witness_.nflogged(target);
  }

 private:
  FirewallWitness& witness_;
  TextWriter& text_;
  bool modern_;
  const rules::Subject* subject_ = nullptr;
};

}  // namespace statewall
