#pragma once

#include <optional>
#include <span>
#include <string>

#include "statewall/result.h"

namespace statewall {

/// Becomes a user (empty: stays who it is) with no capabilities but these, as far as it has them.
/// It cannot get others ever again. Call it when everything is open, before any thread starts.
std::optional<Error> drop_privileges(const std::string& user, std::span<const unsigned> keeps);

}  // namespace statewall
