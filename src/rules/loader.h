#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/ruleset.h"
#include "statewall/result.h"

// Reads what `iptables-save` prints and people write for `iptables-restore`.
//
// What iptables-restore refuses is refused, and what it takes is taken, but for what docs/rules.md
// lists. No line may be longer than 10,239 bytes. Time and memory are bounded by the length of the
// text.

namespace statewall::rules {

struct LoadOptions {
  Family family = Family::ipv4;
  /// Rules with a match, a target or an option that is known but not supported are kept, and never
  /// match; else they are errors.
  bool skip_unsupported = false;
  /// Bytes that the lists of `recent`, `hashlimit` and `connlimit` may take, all together.
  std::uint64_t list_bytes = std::uint64_t{4} << 30;
};

struct Loaded {
  std::optional<Ruleset> ruleset;  ///< only if there are no errors
  /// By place, at most one a line; the first hundred, and then one that counts the others.
  std::vector<Error> errors;
};

/// `file` is the name of the text, for the places of errors: "office.rules:12:9".
Loaded load(std::string_view text, std::string_view file, const LoadOptions& options);

}  // namespace statewall::rules
