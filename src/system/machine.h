#pragma once

#include <cstdint>
#include <optional>
#include <string>

// What is told of this machine. Where the system does not say it in Linux's way, nothing is.

namespace statewall {

/// The processor's name, as /proc/cpuinfo has it; "unknown" where there is none.
std::string processor_name();

/// Bytes that can be had without swapping, as /proc/meminfo estimates it.
std::optional<std::uint64_t> available_memory();

}  // namespace statewall
