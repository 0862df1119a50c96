#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "statewall/address.h"
#include "statewall/result.h"

// The machine's own iptables, in the calling thread's namespace.

namespace statewall {

/// Gives the text to iptables-restore, or to ip6tables-restore. What it says against it is the
/// error.
std::optional<Error> restore_rules(Family family, std::string_view text);

/// What `iptables-save -c` prints, or ip6tables-save.
Result<std::string> save_rules(Family family);

}  // namespace statewall
