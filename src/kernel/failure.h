#pragma once

#include <cstring>
#include <string>
#include <utility>

#include "statewall/result.h"

namespace statewall {

/// What this machine refuses, as a sentence.
inline Error failure(std::string message) { return {ErrorKind::runtime, "", std::move(message)}; }

/// The same with the system's words: "cannot open /dev/net/tun: No such file or directory".
inline Error system_failure(std::string message, int number) {
  return failure(std::move(message) + ": " + std::strerror(number));
}

}  // namespace statewall
