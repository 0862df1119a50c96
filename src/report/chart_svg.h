#pragma once

#include "report/buffer.h"
#include "report/chart.h"

namespace statewall {

/// The chart as an SVG image, 960 pixels wide, that needs nothing from elsewhere: light, or dark
/// where the reader prefers that, and light on paper. The same chart gives the same bytes.
///
/// Each packet is a slanted arrow through the firewall's band. Up to the firewall it has the colour
/// of the text; where it leaves the firewall stands the shape of its state, and beyond it has the
/// state's colour. The lives of entries are bars within the band: hollow until the first reply,
/// solid from then on, a cap where they end. Tooltips tell frame and reason.
void append_chart_svg(Buffer& out, const Chart& chart);

}  // namespace statewall
