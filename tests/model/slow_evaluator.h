#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>

#include "rules/evaluator.h"
#include "rules/match_memory.h"
#include "rules/ruleset.h"
#include "rules/subject.h"

namespace statewall::model {

/// What a ruleset says of a packet, slow and obvious: straight from the rules as they were read,
/// with a call for each jump. The matches themselves are those of src/rules.
class SlowEvaluator {
 public:
  explicit SlowEvaluator(const rules::Ruleset& ruleset);

  rules::Outcome run(rules::TableKind kind, rules::Subject& subject, Lookup* lookup);
  rules::RuleCounters counters(const rules::RulePlace& place) const;

 private:
  enum class Met : std::uint8_t { no, yes, drop };
  /// Where a packet is, and what became of it so far.
  struct Walk {
    const rules::Table& table;
    rules::Subject& subject;
    Lookup* lookup;
    bool uncertain = false;
  };

  /// The outcome, or nothing where the chain ends or returns.
  std::optional<rules::Outcome> walk(Walk& walk, std::uint32_t chain);
  Met meets(const rules::Rule& rule, const rules::Subject& subject);
  rules::RuleCounters& counter(const rules::RulePlace& place);

  using Key = std::tuple<rules::TableKind, std::uint32_t, std::uint32_t>;

  const rules::Ruleset& ruleset_;
  rules::HostHash hash_{{3, 4}};
  rules::RecentLists lists_{hash_};
  rules::HashlimitMemories hashlimits_;
  std::map<const rules::Match*, rules::MatchMemory> memories_;
  std::map<Key, rules::RuleCounters> counters_;
};

}  // namespace statewall::model
