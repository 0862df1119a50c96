#pragma once

#include "traffic/draft.h"

// TCP options (RFC 9293 3.1, RFC 7323, RFC 2018), right ones and broken ones.

namespace statewall {

void add_mss(Octets& options, std::uint32_t mss);
void add_window_scale(Octets& options, std::uint8_t shift);
void add_sack_permitted(Octets& options);
/// Where timestamps stand alone, behind two fillers, trackers know the whole by one look.
void add_timestamps(Octets& options, std::uint32_t now);

struct SackBlock {
  std::uint32_t left;
  std::uint32_t right;
};
void add_sack(Octets& options, std::span<const SackBlock> blocks);

/// What no host sends: lengths of 0 and 1, lengths beyond the end, SACK in pieces, kinds twice,
/// kinds that nobody knows. At most 40 bytes.
Octets broken_options(Random& random, std::uint32_t near);

}  // namespace statewall
