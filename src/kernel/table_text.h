#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace statewall {

/// The lines of a text, without their ends.
std::vector<std::string> lines_of(std::string_view text);

/// The columns of /proc/net/stat/nf_conntrack (G8): names in the first line, then a line of
/// hexadecimal numbers for each processor, which are summed; `entries`, which each of them repeats,
/// is not.
std::vector<std::pair<std::string, std::uint64_t>> read_counters(std::string_view text);

}  // namespace statewall
