#pragma once

#include <optional>
#include <string>
#include <vector>

#include "statewall/result.h"

namespace statewall {

/// Files that a program may still reach.
struct SandboxPaths {
  std::vector<std::string> read;   ///< folders
  std::vector<std::string> write;  ///< folders
};

/// From here on the program reaches no other files (Landlock, where the kernel has it), and makes
/// no system call but those that it needs: others fail (seccomp). For the calling thread and all
/// that it starts. REQUIRES: no new privileges (see drop_privileges).
std::optional<Error> enter_sandbox(const SandboxPaths& paths);

}  // namespace statewall
