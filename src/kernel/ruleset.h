#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "statewall/connection.h"
#include "statewall/result.h"

// The nft rules that make the kernel say what it makes of each packet, and the words in which it
// does.

namespace statewall {

/// Netfilter's log groups that are listened to (see LogSocket).
inline constexpr std::uint16_t kWordsGroup = 0;  ///< the kernel's own complaints, in its words
inline constexpr std::uint16_t kStateGroup = 1;  ///< what the rules log: a mark of `Mark`

/// What the rules write of a packet, as the prefix of a log message: one character.
struct Mark {
  char letter;
  State state;
  Direction direction;
  const char* match;  ///< in nft's words
};
std::span<const Mark> marks();

/// What is written of a fragment when it arrives, before the kernel reassembles.
inline constexpr char kFragmentLetter = 'f';

/// Where a frame goes: both to nobody, but what is sent to the latter is dropped when its state has
/// been logged, so that no connection is confirmed by it.
inline constexpr std::array<std::uint8_t, 6> kPassAddress{0x02, 0x01, 0, 0, 0, 0};
inline constexpr std::array<std::uint8_t, 6> kDropAddress{0x02, 0x02, 0, 0, 0, 0};

/// Loads the rules into the calling thread's namespace; with them the kernel begins to track there.
std::optional<Error> load_ruleset();

}  // namespace statewall
