#pragma once

#include "report/buffer.h"
#include "report/difference_record.h"

// What differs between two ways of tracking, A and B, for people. No line has its newline.

namespace statewall {

/// "NEW further-query -> ESTABLISHED query-answered-before: 12 packets".
void append_group_heading(Buffer& out, const DifferenceGroup& group);

/// One packet in three lines: what it says, its frame behind "FILE:" where that is to be told, then
/// its state and reason on either side.
void append_difference(Buffer& out, const Difference& difference, bool with_file);

}  // namespace statewall
