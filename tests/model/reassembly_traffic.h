#pragma once

#include "tests/model/choices.h"
#include "track/reassembly_testing.h"

namespace statewall::model {

/// A fragment that is likely to meet others: few ids and places, odd lengths now and then.
inline testing::FragmentFields random_fragment(Choices& choices) {
  testing::FragmentFields f;
  const std::uint32_t grain = choices.one_in(8) ? 4096 : choices.one_in(3) ? 256 : 8;
  f.family = choices.one_in(2) ? Family::ipv6 : Family::ipv4;
  f.id = choices.below(3);
  f.source = static_cast<std::uint8_t>(choices.below(2));
  f.protocol = static_cast<std::uint8_t>(252 + choices.below(8) / 7);
  f.offset = choices.below(6) * grain;
  if (choices.one_in(32)) f.offset = 65528 - choices.below(4) * 8;
  f.length = choices.below(4) * grain;
  if (choices.one_in(8)) f.length += choices.below(16);
  f.more = !choices.one_in(4);
  if (choices.one_in(16)) f.tos = static_cast<std::uint8_t>(choices.below(4));
  if (choices.one_in(8)) {
    f.options = f.family == Family::ipv6 ? testing::Datum{60, 0, 1, 4, 0, 0, 0, 0}
                                         : testing::Datum{1, 1, 1, 1, 1, 1, 1, 0};
  }
  // The same place may hold other bytes: those of the first that came count.
  f.payload = testing::payload_of(f);
  if (!f.payload.empty() && choices.one_in(4)) f.payload[0] = choices.byte();
  return f;
}

}  // namespace statewall::model
