#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/argument.h"
#include "rules/option_search.h"
#include "rules/rule_line.h"
#include "rules/ruleset.h"
#include "rules/syntax.h"

// Reads one line of a table that is a command, word by word.

namespace statewall::rules {

/// How a line is to be read.
struct RuleContext {
  Family family = Family::ipv4;
  TableKind table = TableKind::filter;
  bool skip_unsupported = false;
};

class RuleReader {
 public:
  RuleReader(const RuleContext& context, WordReader& words, RuleLine& out)
      : context_(context), words_(words), out_(out) {}

  /// Reads to the end of the line. False after a complaint.
  bool read();

 private:
  bool read_option();
  bool read_found(const FoundOption& found, const Spelling& spelling, bool inverted);
  bool read_general(const RuleOption& option, const Spelling& spelling, bool inverted);
  template <typename Part>
  bool read_extended(Extended& extended, const Option<Part>& option, Part& part,
                     const Spelling& spelling, bool inverted);
  bool skip_option(Extended& extended, const Spelling& spelling, bool inverted);
  std::optional<Argument> argument_of(const Spelling& spelling, bool inverted, std::uint8_t flags);

  bool match(Argument& argument);
  bool to_chain(Argument& argument, bool is_goto);
  void load(const MatchSyntax& syntax, const Word& at);
  bool load_for_protocol();
  bool protocol_has(const Spelling& spelling) const;
  bool load_unsupported(Argument& argument, bool is_match);

  bool finish();
  template <typename Part>
  bool finish_extended(const Extended& extended, const Extension<Part>& syntax, Part& part);
  template <typename Part>
  bool all_needed_given(const Extended& extended, const Extension<Part>& syntax) const;
  void keep_as_written(const Extended& extended);
  bool interfaces_fit();

  const RuleContext& context_;
  WordReader& words_;
  RuleLine& out_;
  std::vector<Extended> extended_;  ///< matches and the target, as they were named
  std::string letters_;             ///< of the general options so far
};

}  // namespace statewall::rules
