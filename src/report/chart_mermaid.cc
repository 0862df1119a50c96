#include "report/chart_mermaid.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "report/chart_words.h"

namespace statewall {
namespace {

/// Text of a message. `#` begins an entity, `;` ends a statement, `%%` begins a comment; `<` and
/// `>` are kept from becoming HTML.
void append_escaped(Buffer& out, std::string_view text) {
  constexpr std::string_view special = "#;%<>\"\\{}";
  for (const char c : text) {
    if (special.find(c) == special.npos) {
      out.push_back(c);
    } else {
      append(out, "#{};", static_cast<int>(c));
    }
  }
}

class Drawing {
 public:
  Drawing(Buffer& out, const Chart& chart) : out_(out), chart_(chart) {}

  void draw() {
    append(out_, "sequenceDiagram\n");
    statement("title ", heading(chart_));
    draw_participants();
    for (const ChartRow& row : chart_.rows) {
      if (row.kind == ChartRow::Kind::packet) {
        draw_packet(row);
      } else {
        draw_remark(row);
      }
    }
    for (const std::string& note : footnotes(chart_)) statement("Note over firewall: ", note);
  }

 private:
  void statement(std::string_view head, std::string_view content) {
    append(out_, "    ");
    append(out_, head);
    append_escaped(out_, content);
    out_.push_back('\n');
  }

  /// From left to right.
  void draw_participants() {
    constexpr std::size_t none = ~std::size_t{0};
    std::size_t deepest = 0;
    for (const Lifeline& line : chart_.lifelines) deepest = std::max(deepest, line.depth);
    for (std::size_t depth = 0; depth <= deepest; ++depth) participant(Side::left, depth);
    append(out_, "    participant firewall\n");
    for (std::size_t depth = deepest; depth != none; --depth) participant(Side::right, depth);
  }

  void participant(Side side, std::size_t depth) {
    for (std::size_t i = 0; i < chart_.lifelines.size(); ++i) {
      const Lifeline& line = chart_.lifelines[i];
      if (line.side != side || line.depth != depth) continue;
      statement(fmt::format("participant host{} as ", i), line.name);
    }
  }

  void draw_packet(const ChartRow& row) {
    const ChartPacket& packet = row.packet;
    const bool tracked = packet.state != State::none && packet.state != State::untracked;
    const std::string_view arrow = tracked ? "->>" : "-->>";
    statement(fmt::format("host{}{}firewall: ", packet.from, arrow),
              fmt::format("{} s: {}", time_text(row.time), packet.label));
    if (packet.opens) append(out_, "    activate firewall\n");
    statement(fmt::format("firewall{}host{}: ", arrow, packet.to),
              fmt::format("{} {}", sign(packet.state).glyph, verdict(packet)));
    if (const std::string what = deed(packet); !what.empty()) {
      statement("Note over firewall: ", what);
    }
    if (packet.ends != DestroyCause::none) append(out_, "    deactivate firewall\n");
  }

  void draw_remark(const ChartRow& row) {
    const bool pause = row.kind == ChartRow::Kind::pause;
    const std::string text = row_text(chart_, row);
    statement("Note over firewall: ",
              pause ? text : fmt::format("{} s: {}", time_text(row.time), text));
    for (std::size_t i = 0; i < row.ends.size(); ++i) append(out_, "    deactivate firewall\n");
  }

  Buffer& out_;
  const Chart& chart_;
};

}  // namespace

void append_chart_mermaid(Buffer& out, const Chart& chart) { Drawing(out, chart).draw(); }

}  // namespace statewall
