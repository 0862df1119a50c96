#pragma once

#include <cstddef>
#include <string>

#include "statewall/result.h"

namespace statewall {

/// The value of --limit: a number of packets, or `all`.
Result<std::size_t> resolve_limit(const std::string& text);

}  // namespace statewall
