#include "report/chart_html.h"

#include <string>
#include <string_view>

#include "report/chart_svg.h"
#include "report/chart_words.h"
#include "report/markup.h"

namespace statewall {
namespace {

constexpr std::string_view kStyle =
    "<style>\n"
    ":root{color-scheme:light dark}\n"
    "body{font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
    "max-width:1100px;margin:2em auto;padding:0 1em;background:#ffffff;color:#1f2328}\n"
    "h1{font-size:1.5em;margin:0}\n"
    "h2{font-size:1.2em;margin:2em 0 .5em}\n"
    "p{margin:.3em 0 1.2em;color:#57606a}\n"
    "figure{margin:0;overflow-x:auto;border:1px solid #d0d7de;border-radius:6px}\n"
    "figure svg{display:block;margin:0 auto}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-size:14px}\n"
    "th,td{padding:.35em .7em;text-align:left;vertical-align:top;border-bottom:1px solid #d0d7de}\n"
    "td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}\n"
    "td.address{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans "
    "Mono',monospace;font-size:13px}\n"
    "td.state{white-space:nowrap;font-weight:600}\n"
    "@media screen and (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}"
    "p{color:#9da7b3}figure,th,td{border-color:#30363d}}\n"
    "@media print{body{margin:0;max-width:none}figure{border:0}figure svg{width:100%;height:auto}"
    "tr{break-inside:avoid}}\n"
    "</style>\n";

struct Column {
  std::string_view heading;
  std::string_view kind;  ///< a class of the style sheet, or empty
};

constexpr Column kPackets[] = {{"frame", "number"}, {"time, s", "number"}, {"from", "address"},
                               {"to", "address"},   {"packet", ""},        {"state", "state"},
                               {"direction", ""},   {"entry", "number"},   {"why", ""}};
constexpr Column kLives[] = {
    {"entry", "number"}, {"created, s", "number"}, {"first reply, s", "number"}, {"end", ""}};

class Page {
 public:
  Page(Buffer& out, const Chart& chart) : out_(out), chart_(chart) {}

  void write() {
    append(out_,
           "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    append_markup(out_, heading(chart_));
    append(out_, " - Statewall</title>\n");
    append(out_, kStyle);
    append(out_, "</head>\n<body>\n<h1>");
    append_markup(out_, heading(chart_));
    append(out_, "</h1>\n<p>");
    append_markup(out_, fmt::format("{}; {}.", summary(chart_), chart_.settings));
    append(out_, "</p>\n<figure>\n");
    append_chart_svg(out_, chart_);
    append(out_, "</figure>\n");
    if (!chart_.rows.empty()) write_packets();
    if (!chart_.lives.empty()) write_lives();
    append(out_, "</body>\n</html>\n");
  }

 private:
  template <std::size_t N>
  void begin_table(std::string_view title, const Column (&columns)[N]) {
    append(out_, "<h2>{}</h2>\n<div class=\"wide\"><table>\n<thead><tr>", title);
    for (const Column& column : columns) {
      append(out_, "<th scope=\"col\" class=\"{}\">{}</th>", column.kind, column.heading);
    }
    append(out_, "</tr></thead>\n<tbody>\n");
  }

  template <std::size_t N>
  void write_row(const Column (&columns)[N], const std::string (&cells)[N]) {
    append(out_, "<tr>");
    for (std::size_t i = 0; i < N; ++i) {
      append(out_, "<td class=\"{}\">", columns[i].kind);
      append_markup(out_, cells[i]);
      append(out_, "</td>");
    }
    append(out_, "</tr>\n");
  }

  void end_table() { append(out_, "</tbody>\n</table></div>\n"); }

  void write_packets() {
    begin_table("Packets", kPackets);
    for (const ChartRow& row : chart_.rows) {
      if (row.kind != ChartRow::Kind::packet) continue;
      const ChartPacket& packet = row.packet;
      const StateSign& state = sign(packet.state);
      const bool directed = packet.direction != Direction::none;
      write_row(
          kPackets,
          {fmt::format("{}", packet.frame), time_text(row.time), packet.source, packet.destination,
           packet.label, fmt::format("{} {}", state.glyph, state.word),
           std::string(directed ? name(packet.direction) : "-"),
           packet.connection == 0 ? "-" : fmt::format("#{}", packet.connection), packet.reason});
    }
    end_table();
  }

  void write_lives() {
    begin_table("Entries", kLives);
    for (const ChartLife& life : chart_.lives) {
      write_row(
          kLives,
          {fmt::format("#{}", life.connection), time_text(chart_.rows[life.begin].time),
           life.replied ? time_text(chart_.rows[*life.replied].time) : "-", fate(chart_, life)});
    }
    end_table();
  }

  Buffer& out_;
  const Chart& chart_;
};

}  // namespace

void append_chart_html(Buffer& out, const Chart& chart) { Page(out, chart).write(); }

}  // namespace statewall
