#pragma once

#include "report/buffer.h"

namespace statewall {

/// The style sheet of a chart's image: each colour light and dark.
void append_chart_style(Buffer& out);

}  // namespace statewall
