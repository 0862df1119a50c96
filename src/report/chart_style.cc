#include "report/chart_style.h"

#include <string_view>

namespace statewall {
namespace {

struct Colour {
  std::string_view selector;
  std::string_view property;
  std::string_view light;
  std::string_view dark;
};

// On their paper each has a contrast of at least 4.5 to 1 (WCAG 2.1, 1.4.3).
constexpr Colour kColours[] = {
    {".paper", "fill", "#ffffff", "#0d1117"},
    {".band", "fill", "#eef1f4", "#1b222c"},
    {".band,.head,.lifeline", "stroke", "#656d76", "#8b949e"},
    {".head", "fill", "#ffffff", "#0d1117"},
    {".halo,.node", "stroke", "#ffffff", "#0d1117"},
    {".ink", "fill", "#1f2328", "#e6edf3"},
    {".muted", "fill", "#57606a", "#9da7b3"},
    {".in", "stroke", "#1f2328", "#e6edf3"},
    {".bar", "fill", "#57606a", "#9da7b3"},
    {".bar,.hollow,.cap,.leader", "stroke", "#57606a", "#9da7b3"},
    {".hollow", "fill", "#ffffff", "#0d1117"},
    {".halo-band", "stroke", "#eef1f4", "#1b222c"},
    {".new-text,.new-fill", "fill", "#0550ae", "#79c0ff"},
    {".new-line", "stroke", "#0550ae", "#79c0ff"},
    {".established-text,.established-fill", "fill", "#116329", "#56d364"},
    {".established-line", "stroke", "#116329", "#56d364"},
    {".related-text,.related-fill", "fill", "#6f42c1", "#d2a8ff"},
    {".related-line", "stroke", "#6f42c1", "#d2a8ff"},
    {".invalid-text,.invalid-fill", "fill", "#b3202a", "#ff8f87"},
    {".invalid-line", "stroke", "#b3202a", "#ff8f87"},
    {".none-text,.none-fill,.untracked-text,.untracked-fill", "fill", "#57606a", "#9da7b3"},
    {".none-line,.untracked-line", "stroke", "#57606a", "#9da7b3"},
};

constexpr std::string_view kShapes =
    "text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}"
    ".mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}"
    ".title{font-size:17px;font-weight:600}"
    ".small{font-size:11px}"
    ".strong{font-weight:700}"
    ".halo,.halo-band{stroke-width:4px;stroke-linejoin:round;paint-order:stroke}"
    ".band,.head,.lifeline{stroke-width:1px}"
    ".gap,.leader{stroke-dasharray:2 4}"
    ".in,.out{stroke-width:1.6px;fill:none}"
    ".shape{stroke-width:2px}"
    ".hollow{stroke-width:1.4px;stroke-dasharray:3 2}"
    ".bar{stroke-width:1.4px}"
    ".node{stroke-width:1.5px}"
    ".cap{stroke-width:4px}"
    ".none-line.out,.untracked-line.out{stroke-dasharray:6 4}"
    ".none-line.shape,.untracked-line.shape{stroke-dasharray:2 2}";

void append_colours(Buffer& out, std::string_view Colour::*which) {
  for (const Colour& row : kColours) {
    append(out, "{}{{{}:{}}}\n", row.selector, row.property, row.*which);
  }
}

}  // namespace

void append_chart_style(Buffer& out) {
  append(out, "<style>\n");
  append(out, kShapes);
  append(out, "\n");
  append_colours(out, &Colour::light);
  append(out, "@media screen and (prefers-color-scheme:dark){\n");
  append_colours(out, &Colour::dark);
  append(out, "}\n</style>\n");
}

}  // namespace statewall
