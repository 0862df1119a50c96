#pragma once

#include "report/buffer.h"
#include "report/chart.h"

namespace statewall {

/// The chart for a terminal, in box-drawing characters, at most 100 columns wide. Three lines a
/// packet: what it is, above the half of its arrow that leads to the firewall; its state, above the
/// other; and below what it does to its entry. The lives of the entries go down between the
/// firewall's edges.
void append_chart_text(Buffer& out, const Chart& chart);

}  // namespace statewall
