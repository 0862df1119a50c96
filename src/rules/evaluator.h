#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/match_memory.h"
#include "rules/place.h"
#include "rules/program.h"
#include "rules/ruleset.h"
#include "rules/subject.h"

namespace statewall::rules {

/// Sees what an evaluator does, as it does it.
class EvaluatorWitness {
 public:
  virtual ~EvaluatorWitness() = default;
  /// A rule was visited: the condition that it did not meet, see `unmet`.
  virtual void visited(const RulePlace&, int unmet) = 0;
  virtual void logs(const LogTarget&, const Subject&) = 0;
  virtual void nflogs(const NflogTarget&, const Subject&) = 0;
};

/// What a table says of a packet at one hook.
struct Outcome {
  enum class Kind : std::uint8_t { accept, drop, reject, translate };
  Kind kind = Kind::accept;
  bool decided = false;  ///< by `place`; else the table has no chain here
  RulePlace place;
  const Target* target = nullptr;  ///< reject, translate: how
  bool uncertain = false;          ///< a rule was passed over that might have changed it
};

/// Evaluates one ruleset. It holds what its rules remember, and counts. Not thread-safe; allocates
/// only when it is made.
class Evaluator {
 public:
  /// REQUIRES: `ruleset` and `lists` outlive it.
  Evaluator(const Ruleset& ruleset, RecentLists& lists, HostHash hash, std::uint64_t seed);

  /// The table's chain at `subject.hook`. Targets that change the packet change `subject`; CT
  /// changes `lookup`, where there is one.
  Outcome run(TableKind kind, Subject& subject, Lookup* lookup, EvaluatorWitness* witness);

  bool has_chain(TableKind kind, Hook hook) const;

  /// What a rule, or a policy, counted.
  RuleCounters counters(const RulePlace& place) const;

  const Ruleset& ruleset() const { return ruleset_; }

 private:
  struct TableState {
    Program program;
    std::vector<RuleCounters> rule_counters;    ///< beside Program::steps
    std::vector<RuleCounters> policy_counters;  ///< beside Program::chains
    std::vector<std::uint32_t> returns;         ///< steps to come back to
  };
  struct Walk;

  int unmet_of(TableState& state, std::uint32_t step, const StepView& view, const Subject& subject,
               bool& hotdrop);

  const Ruleset& ruleset_;
  std::array<std::optional<TableState>, kTables> tables_;
  HashlimitMemories hashlimits_;
  std::vector<MatchMemory> memories_;  ///< the first is nobody's
};

}  // namespace statewall::rules
