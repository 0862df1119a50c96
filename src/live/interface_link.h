#pragma once

#include <string>

#include "statewall/packet.h"
#include "statewall/result.h"

namespace statewall {

/// What frames of an interface begin with: Ethernet, or IP itself. An Error if it is not there.
Result<LinkType> link_of(const std::string& interface);

}  // namespace statewall
