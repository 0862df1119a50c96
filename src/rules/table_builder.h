#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/argument.h"
#include "rules/complaints.h"
#include "rules/rule_line.h"
#include "rules/ruleset.h"

// Puts a table together, chain by chain and rule by rule, and checks it as the kernel does when it
// is committed: jumps, loops, and what may be used only from some hooks.

namespace statewall::rules {

/// What the lines of one text may become, all tables counted together: rules beyond one a line,
/// by lists of addresses. It keeps memory in proportion to the text.
inline constexpr std::size_t kMostExtraRules = 100000;

class TableBuilder {
 public:
  /// `text` is all that is loaded, for the places of complaints. `extra_rules` is counted
  /// up to `kMostExtraRules`.
  TableBuilder(Family family, TableKind kind, std::string_view text, Complaints& complaints,
               std::size_t& extra_rules);

  TableKind kind() const { return table_.kind; }

  /// `:NAME POLICY`. Each chain once.
  bool declare(std::string_view name, std::string_view policy, const Place& name_place,
               const Place& policy_place);
  void set_counters(std::string_view chain, RuleCounters counters);

  /// Does what the line says. `words` tells the places.
  bool add(const RuleLine& line, const WordReader& words);

  /// REQUIRES: the text ends here, or the table does. What the kernel would refuse is complained
  /// about.
  Table finish();

 private:
  /// What is kept of a chain while it grows.
  struct Growth {
    std::vector<std::uint8_t> hooks;  ///< of each rule: from where it may be reached
    /// Once a rule was inserted: the index that each had when it came.
    std::vector<std::uint32_t> positions;
    bool inserted = false;
  };

  std::uint32_t index_of(std::string_view name) const;
  bool new_chain(std::string_view name, const Place& place);
  bool set_policy(std::uint32_t chain, std::string_view policy, const Place& place);
  bool set_policy(const RuleLine& line, const WordReader& words);
  bool add_rules(const RuleLine& line, std::uint32_t chain, const WordReader& words);
  bool add_rule(const RuleLine& line, std::uint32_t chain, Rule rule);
  bool resolve(const RuleLine& line, Rule& rule, const WordReader& words) const;
  bool no_such_chain(const Word& name, bool or_target, const WordReader& words) const;
  void put_in_order();
  void check();
  bool complain(std::uint32_t line, std::string_view message);

  Family family_;
  std::string_view text_;
  Complaints& complaints_;
  std::size_t& extra_rules_;
  Table table_;
  std::vector<Growth> growth_;
  std::map<std::string, std::uint32_t, std::less<>> by_name_;
};

}  // namespace statewall::rules
