#pragma once

#include <optional>
#include <string>

#include "statewall/result.h"

namespace statewall {

/// Does what this text of nft's language says, in the calling thread's namespace. Thread-safe.
std::optional<Error> run_nft(const std::string& text);

}  // namespace statewall
