#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/ruleset.h"
#include "rules/words.h"

namespace statewall::rules {

/// What a line of a table says that is a command: `-A INPUT -p tcp -j ACCEPT`.
struct RuleLine {
  enum class Command : std::uint8_t { none, append, insert, new_chain, policy };
  Command command = Command::none;
  Word chain;
  std::uint32_t position = 1;  ///< insert: the number that the rule is to have
  Word policy;

  /// It is for the other family (`-4`, `-6`): nothing of it counts.
  bool ignored = false;

  Rule rule;
  /// `-s` and `-d` may name several networks; a line is as many rules as there are pairs. Empty:
  /// no condition.
  std::vector<Network> sources, destinations;
  /// `-j CHAIN` or `-g CHAIN`: the rule's target is a jump that names no chain yet.
  std::optional<Word> jump;
  /// Hooks from which its matches and its target may be reached: 1 << Hook.
  std::uint8_t hooks = 0x1f;
  bool unsupported = false;  ///< something in it is, and is skipped
};

}  // namespace statewall::rules
