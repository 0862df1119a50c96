#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "report/buffer.h"
#include "verify/side_by_side.h"

// What differs between us and the kernel, for people.

namespace statewall {

/// "NEW original", "INVALID", "-".
std::string verdict_text(State state, Direction direction);

/// "RELATED reply", and what there is to say of how the kernel came to it: its own words, that it
/// held the packet, or whose verdict it is.
std::string kernel_verdict_text(const KernelVerdict& verdict, std::uint32_t number);

/// A packet in three lines, the last without its newline: what it says, behind what it is called;
/// our verdict with its reason; the kernel's with its words.
void append_both_verdicts(Buffer& out, std::string_view what, std::uint32_t number,
                          const BothVerdicts& seen);

/// What is said of a difference where none came when the same packets were played again.
inline constexpr std::string_view kNotAgain = "not when played again";

/// ", 2 only once"; empty for none.
std::string differed_once_text(std::uint64_t number);

/// A line each entry that only one of the tables has, each ended by a newline; of each table `most`
/// at most.
void append_table_difference(Buffer& out, const TableDifference& difference, std::size_t most);

}  // namespace statewall
