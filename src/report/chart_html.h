#pragma once

#include "report/buffer.h"
#include "report/chart.h"

namespace statewall {

/// A page with the chart's image, and below it as tables each packet with the sentence of its
/// reason, and each entry with its end. It needs nothing from elsewhere.
void append_chart_html(Buffer& out, const Chart& chart);

}  // namespace statewall
