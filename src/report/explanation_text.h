#pragma once

#include <string>
#include <vector>

#include "report/buffer.h"
#include "report/explanation.h"

namespace statewall {

/// All of it for people: some thirty lines of at most 100 columns where names and entries allow it.
/// The last line is without its newline.
void append_explanation(Buffer& out, const Explanation& all);

}  // namespace statewall
