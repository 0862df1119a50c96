#pragma once

#include "report/buffer.h"
#include "report/chart.h"

namespace statewall {

/// The chart as a sequence diagram for Mermaid. Each packet is two arrows, to the firewall with
/// what it is, and on from there with its state; dashed for those without one. Entries are
/// activations of the firewall, with notes where they begin and end.
void append_chart_mermaid(Buffer& out, const Chart& chart);

}  // namespace statewall
