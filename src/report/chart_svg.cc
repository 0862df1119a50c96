#include "report/chart_svg.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "report/chart_layout.h"
#include "report/chart_style.h"
#include "report/chart_words.h"
#include "report/markup.h"

namespace statewall {
namespace {

constexpr int kGap = 12;    // between the firewall's edge and a text
constexpr int kRadius = 6;  // of a state's shape

int width_of(std::string_view text, int size = 12) { return ChartLayout::width_of(text, size); }

/// Columns of text that fit.
std::size_t columns_in(int pixels) {
  return static_cast<std::size_t>(std::max(0, pixels * 100 / (12 * 61)));
}

enum class Anchor { start, middle, end };

class Drawing {
 public:
  Drawing(Buffer& out, const Chart& chart) : out_(out), chart_(chart), layout_(chart) {}

  void draw() {
    const std::vector<std::string> notes = footnotes(chart_);
    const bool empty = chart_.lifelines.empty();
    const int foot = empty ? 64 : layout_.lines_end() + 20;
    const int height = foot + (empty ? 0 : 26) + static_cast<int>(notes.size()) * kNoteHeight + 6;
    open(height);
    if (!empty) {
      draw_lines();
      draw_heads();
      draw_lives();
      for (std::size_t row = 0; row < chart_.rows.size(); ++row) draw_row(row);
      draw_legend(foot + 8);
    }
    int y = foot + (empty ? 0 : 26) + 8;
    for (const std::string& note : notes) {
      text(16, y, "muted", note);
      y += kNoteHeight;
    }
    append(out_, "</svg>\n");
  }

 private:
  static constexpr int kNoteHeight = 18;

  void open(int height) {
    constexpr int width = ChartLayout::kWidth;
    append(out_,
           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 "
           "{0} {1}\" role=\"img\" aria-labelledby=\"chart-title chart-desc\">\n"
           "<title id=\"chart-title\">Message chart of ",
           width, height);
    append_markup(out_, heading(chart_));
    append(out_, "</title>\n<desc id=\"chart-desc\">");
    append_markup(out_, summary(chart_));
    append(out_, "</desc>\n");
    append_chart_style(out_);
    append_heads_of_arrows();
    append(out_, "<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n", width, height);
    text(16, 28, "ink title", heading(chart_));
    text(16, 47, "muted", fmt::format("{} · {}", summary(chart_), chart_.settings));
  }

  void append_heads_of_arrows() {
    append(out_, "<defs>\n");
    for (const State state : states_in(chart_)) {
      append(out_,
             "<marker id=\"{0}\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"10\" "
             "markerHeight=\"10\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path "
             "class=\"{0}-fill\" d=\"M0 0.5L10 5L0 9.5z\"/></marker>\n",
             sign(state).slug);
    }
    append(out_, "</defs>\n");
  }

  // ---- primitives

  void text(int x, int y, std::string_view classes, std::string_view content,
            Anchor anchor = Anchor::start) {
    constexpr std::string_view anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    append(out_, "<text x=\"{}\" y=\"{}\" class=\"{}\"{}>", x, y, classes,
           anchors[static_cast<int>(anchor)]);
    append_markup(out_, content);
    append(out_, "</text>\n");
  }

  void line(int x1, int y1, int x2, int y2, std::string_view classes, std::string_view more = "") {
    append(out_, "<path class=\"{}\" d=\"M{} {}L{} {}\"{}/>\n", classes, x1, y1, x2, y2, more);
  }

  void tooltip(std::string_view content) {
    append(out_, "<title>");
    append_markup(out_, content);
    append(out_, "</title>\n");
  }

  // ---- what goes down the chart

  void draw_lines() {
    const int begin = layout_.firewall_head_top() + ChartLayout::kHeadBox;
    draw_stretches(begin, [&](int from, int to) {
      append(out_, "<rect class=\"band\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
             layout_.band_left(), from, layout_.band_right() - layout_.band_left(), to - from);
    });
    for (const Lifeline& host : chart_.lifelines) {
      const int x = layout_.x(host);
      draw_stretches(layout_.head_top(host.depth) + ChartLayout::kHeadBox,
                     [&](int from, int to) { line(x, from, x, to, "lifeline"); });
    }
    for (std::size_t row = 0; row < chart_.rows.size(); ++row) {
      if (chart_.rows[row].kind != ChartRow::Kind::pause) continue;
      const auto dotted = [&](int x) {
        line(x, layout_.top(row), x, layout_.top(row + 1), "lifeline gap");
      };
      dotted(layout_.band_left());
      dotted(layout_.band_right());
      for (const Lifeline& host : chart_.lifelines) dotted(layout_.x(host));
    }
  }

  /// From `begin` to the end of the lines, but for the pauses.
  template <typename Draw>
  void draw_stretches(int begin, Draw draw) const {
    for (std::size_t row = 0; row < chart_.rows.size(); ++row) {
      if (chart_.rows[row].kind != ChartRow::Kind::pause) continue;
      draw(begin, layout_.top(row));
      begin = layout_.top(row + 1);
    }
    draw(begin, layout_.lines_end());
  }

  void draw_heads() {
    text(ChartLayout::kLeft - 8, layout_.firewall_head_top() + 15, "muted small", "seconds",
         Anchor::end);
    for (const Lifeline& host : chart_.lifelines) {
      draw_head(layout_.head(host), layout_.head_top(host.depth), host.name, "ink mono");
    }
    draw_head(layout_.firewall_head(), layout_.firewall_head_top(), "firewall", "ink strong");
  }

  void draw_head(ChartLayout::Box box, int y, std::string_view name, std::string_view classes) {
    append(out_, "<rect class=\"head\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/>\n",
           box.left, y, box.right - box.left, ChartLayout::kHeadBox);
    text((box.left + box.right) / 2, y + 15, classes, name, Anchor::middle);
  }

  void draw_lives() {
    for (const ChartLife& life : chart_.lives) {
      if (!life.lane) continue;
      const int x = layout_.lane(*life.lane);
      const int begin = layout_.crossing(life.begin, x);
      const int end = life.end ? layout_.crossing(*life.end, x) : layout_.lines_end();
      const int reply = life.replied ? layout_.crossing(*life.replied, x) : end;
      const int cap = layout_.lanes_wide() ? 9 : 5;
      append(out_, "<g>");
      tooltip(fmt::format("entry #{}: {}", life.connection, fate(chart_, life)));
      bar("hollow", x, begin, reply);
      if (reply < end) bar("bar", x, reply, end);
      if (life.end) line(x - cap, end, x + cap, end, "cap");
      if (layout_.lanes_wide()) {
        text(x, begin - 9, "muted small halo-band", fmt::format("#{}", life.connection),
             Anchor::middle);
      }
      append(out_, "</g>\n");
    }
  }

  void bar(std::string_view classes, int x, int from, int to) {
    const int half = layout_.lanes_wide() ? 5 : 3;
    append(out_, "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", classes,
           x - half, from, 2 * half, std::max(1, to - from));
  }

  // ---- rows

  void draw_row(std::size_t number) {
    const ChartRow& row = chart_.rows[number];
    append(out_, "<g>");
    if (row.kind == ChartRow::Kind::packet) {
      draw_packet(number, row);
    } else {
      draw_remark(number, row);
    }
    append(out_, "</g>\n");
  }

  void draw_remark(std::size_t number, const ChartRow& row) {
    const int y = (layout_.top(number) + layout_.top(number + 1)) / 2;
    if (row.kind != ChartRow::Kind::pause) draw_time(y + 4, row.time);
    for (const std::size_t index : row.ends) {
      const ChartLife& life = chart_.lives[index];
      if (life.lane) {
        line(layout_.lane(*life.lane) + 8, y, layout_.band_right() + kGap - 3, y, "leader");
        break;
      }
    }
    text(layout_.band_right() + kGap, y + 4, "muted halo", row_text(chart_, row));
  }

  void draw_time(int y, std::uint64_t time) {
    text(ChartLayout::kLeft - 8, y, "ink mono", time_text(time), Anchor::end);
  }

  void draw_packet(std::size_t number, const ChartRow& row) {
    const ChartPacket& packet = row.packet;
    tooltip(fmt::format("frame {}, {} > {}: {}; {}", packet.frame, packet.source,
                        packet.destination, packet.label, packet.reason));
    draw_time(layout_.arrow(number) + 4, row.time);
    text(ChartLayout::kLeft - 8, layout_.arrow(number) + 18, "muted small",
         fmt::format("frame {}", packet.frame), Anchor::end);
    draw_arrow(number, packet);
    draw_label(number, packet);
    draw_verdict(number, packet);
  }

  void draw_arrow(std::size_t number, const ChartPacket& packet) {
    const int from = layout_.x(packet.from), to = layout_.x(packet.to);
    const int turn = layout_.exit(packet);
    const int height = layout_.crossing(number, turn);
    const std::string_view state = sign(packet.state).slug;
    line(from, layout_.arrow(number), turn, height, "in");
    line(turn, height, to, layout_.arrow(number) + ChartLayout::kSlant,
         fmt::format("out {}-line", state), fmt::format(" marker-end=\"url(#{})\"", state));
    draw_node(number, packet);
    draw_shape(packet.state, turn, height);
  }

  /// Where the packet meets its entry.
  void draw_node(std::size_t number, const ChartPacket& packet) {
    if (layout_.returns(packet)) return;
    for (const ChartLife& life : chart_.lives) {
      const bool there = life.begin <= number && (!life.end || *life.end >= number);
      if (life.connection != packet.connection || !there || !life.lane) continue;
      const int x = layout_.lane(*life.lane);
      append(out_, "<circle class=\"ink node\" cx=\"{}\" cy=\"{}\" r=\"4\"/>\n", x,
             layout_.crossing(number, x));
    }
  }

  void draw_shape(State state, int x, int y) {
    const std::string_view slug = sign(state).slug;
    switch (state) {
      case State::new_:
      case State::none:
      case State::untracked:
        append(out_, "<circle class=\"shape paper {}-line\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", slug,
               x, y, kRadius);
        return;
      case State::established:
        append(out_, "<circle class=\"{}-fill\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", slug, x, y,
               kRadius + 1);
        return;
      case State::related:
        append(out_, "<path class=\"{0}-fill\" d=\"M{1} {2}l{3} {3}l-{3} {3}l-{3} -{3}z\"/>\n",
               slug, x, y - kRadius - 2, kRadius + 2);
        return;
      case State::invalid:
        append(out_, "<path class=\"shape {0}-line\" d=\"M{1} {2}l{3} {3}M{1} {4}l{3} -{3}\"/>\n",
               slug, x - kRadius, y - kRadius, 2 * kRadius, y + kRadius);
        return;
    }
  }

  /// Above the way to the firewall; in its middle, if it is long enough.
  void draw_label(std::size_t number, const ChartPacket& packet) {
    const bool left = chart_.lifelines[packet.from].side == Side::left;
    const int edge = layout_.entry(packet);
    const int room = left ? edge - kGap - ChartLayout::kLeft : ChartLayout::kRight - edge - kGap;
    const std::string label = fitted(packet.label, columns_in(room));
    const int source = layout_.x(packet.from);
    const bool fits = width_of(label) + 2 * kGap <= std::abs(edge - source);
    const int y = layout_.arrow(number) - 9;
    constexpr std::string_view classes = "ink mono halo";
    if (fits) {
      text((source + edge) / 2, y, classes, label, Anchor::middle);
    } else if (left) {
      text(edge - kGap, y, classes, label, Anchor::end);
    } else {
      text(edge + kGap, y, classes, label);
    }
  }

  /// State and deed, where the packet leaves the firewall; if it comes back, beyond the firewall.
  void draw_verdict(std::size_t number, const ChartPacket& packet) {
    const bool right = (chart_.lifelines[packet.to].side == Side::right) != layout_.returns(packet);
    const int x = right ? layout_.band_right() + kGap : layout_.band_left() - kGap;
    const Anchor anchor = right ? Anchor::start : Anchor::end;
    const std::string what = deed(packet);
    const int y = layout_.arrow(number) - (what.empty() ? 3 : 14);
    text(x, y, fmt::format("strong halo {}-text", sign(packet.state).slug), verdict(packet),
         anchor);
    if (!what.empty()) text(x, y + 14, "muted small halo", what, anchor);
  }

  // ---- the foot

  void draw_legend(int y) {
    int x = 22;
    for (const State state : states_in(chart_)) {
      draw_shape(state, x, y);
      const std::string_view word = sign(state).word;
      text(x + 13, y + 4, fmt::format("strong {}-text", sign(state).slug), word);
      x += 13 + width_of(word, 13) + 28;
    }
    if (chart_.lives.empty()) return;
    x += 6;
    x = draw_swatch(x, y, "hollow", "entry, no reply yet");
    draw_swatch(x, y, "bar", "entry that has seen a reply");
  }

  int draw_swatch(int x, int y, std::string_view classes, std::string_view word) {
    bar(classes, x, y - 8, y + 8);
    text(x + 12, y + 4, "muted", word);
    return x + 12 + width_of(word) + 22;
  }

  Buffer& out_;
  const Chart& chart_;
  ChartLayout layout_;
};

}  // namespace

void append_chart_svg(Buffer& out, const Chart& chart) { Drawing(out, chart).draw(); }

}  // namespace statewall
