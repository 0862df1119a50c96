#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rules/rule_options.h"
#include "rules/syntax.h"

// Which option a word means. Options are found as getopt_long finds them: all those of the rule
// itself and of the matches and the target named so far, by their whole name or by a beginning that
// only one of them has. The last that was named goes first.

namespace statewall::rules {

/// A match or the target of a rule, with its options so far.
struct Extended {
  const MatchSyntax* match = nullptr;
  const TargetSyntax* target = nullptr;  ///< neither: it is not supported
  std::size_t index = 0;                 ///< of a match in the rule
  Word at{};                             ///< its name
  std::uint32_t given = 0;               ///< its options, by their bits
  bool unsupported = false;
  std::string words{};  ///< all of it as written, where unsupported things are skipped
};

/// An option as it is written: `-p`, `--dport`, `--dport=5`, `-jACCEPT`.
struct Spelling {
  explicit Spelling(const Word& word);

  Word word;
  bool is_long;
  std::string_view name;      ///< without dashes
  std::optional<Word> value;  ///< that is part of the word
};

struct FoundOption {
  const RuleOption* general = nullptr;
  std::size_t extended = 0;  ///< index, where it is not general
  std::size_t option = 0;    ///< index in its table
  friend bool operator==(const FoundOption&, const FoundOption&) = default;
};

struct OptionSearch {
  std::optional<FoundOption> found;
  std::string_view name;   ///< the whole name of what was found
  std::string_view other;  ///< of another that the word may mean, too
};

OptionSearch find_option(const Spelling& spelling, std::span<const Extended> extended);

/// Why there is none: what to say of it.
std::string complain_about_option(const Spelling& spelling, std::span<const Extended> extended,
                                  Family family);

}  // namespace statewall::rules
