#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "statewall/profile.h"

// Profile tutorial is the default, and is not what kernels do: a command that tracks by it says at
// its end how many packets profile linux would have seen otherwise.

namespace statewall {

/// --no-compare. REQUIRES: `value` outlives the parsing.
void add_no_compare(CLI::App& app, bool& value);

/// Is this the profile that nobody may take for what a Linux machine does?
bool is_compared(const Profile& profile);

/// "profile linux would have seen 2 of 5 packets otherwise".
std::string comparison_text(std::uint64_t otherwise, std::uint64_t packets);

}  // namespace statewall
