#pragma once

#include <chrono>

#include "cli/top_view.h"

namespace statewall {

/// Shows it on the terminal, whole, until somebody presses q; returns the exit code.
int run_top_screen(TopView& view, std::chrono::milliseconds interval);

}  // namespace statewall
