#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "report/buffer.h"
#include "report/difference_record.h"
#include "report/switch_change.h"

// What differs between two ways of tracking, A and B, as JSON Lines. `docs/compare.md` describes
// the fields, `docs/schema/replay.v1.schema.json` is their schema.

namespace statewall {

/// A comparison as a whole.
struct ComparisonRecord {
  std::string_view a;  ///< "profile tutorial"
  std::string_view b;
  std::span<const SwitchChange> switches;
  std::uint64_t packets = 0;
  std::uint64_t differing = 0;
  std::uint64_t groups = 0;
};

/// "type":"comparison".
void append_comparison_json(Buffer& out, const ComparisonRecord& comparison);

/// "type":"difference_group", without its packets.
void append_group_json(Buffer& out, const DifferenceGroup& group);

/// "type":"difference": one packet of the group told before.
void append_difference_json(Buffer& out, const Difference& difference);

}  // namespace statewall
