#include "report/chart_text.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "report/chart_words.h"

namespace statewall {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kDepth = 4;  ///< columns between the lifelines of one side
constexpr std::size_t kGap = 2;    ///< between a text and the line that it stands beside
constexpr std::size_t kLeastHalf = 20;

/// One line of the output: a character a column.
class Cells {
 public:
  void put(std::size_t column, std::string_view text) {
    while (!text.empty()) {
      std::size_t length = 1;
      while (length < text.size() && (text[length] & '\xc0') == '\x80') ++length;
      if (column >= cells_.size()) cells_.resize(column + 1, " ");
      cells_[column++] = text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  void put_before(std::size_t column, std::string_view text) {
    put(column - std::min(column, columns(text)), text);
  }

  void append_to(Buffer& out) const {
    std::string line;
    for (const std::string& cell : cells_) line += cell;
    append(out, std::string_view(line).substr(0, line.find_last_not_of(' ') + 1));
    out.push_back('\n');
  }

 private:
  std::vector<std::string> cells_;
};

/// Where everything stands, in columns.
class Layout {
 public:
  explicit Layout(const Chart& chart) : chart_(chart) {
    for (const ChartRow& row : chart.rows) time_ = std::max(time_, time_text(row.time).size());
    pitch_ = chart.lanes > 8 ? 1 : 2;
    inside_ = std::max<std::size_t>(1, pitch_ * chart.lanes) + 1;
    const std::size_t most = (kWidth - time_ - 1 - inside_ - 2) / 2;
    half_ = std::clamp(half_wanted(), kLeastHalf, most);
  }

  std::size_t time() const { return time_; }
  std::size_t start() const { return time_ + 1; }
  std::size_t firewall_left() const { return start() + half_; }
  std::size_t firewall_right() const { return firewall_left() + inside_ + 1; }
  std::size_t end() const { return firewall_right() + half_; }
  std::size_t middle() const { return (firewall_left() + firewall_right()) / 2; }
  std::size_t lane(std::size_t number) const {
    return firewall_left() + 1 + pitch_ / 2 + pitch_ * number;
  }

  std::size_t column(const Lifeline& line) const {
    const std::size_t in = line.depth * kDepth;
    return line.side == Side::left ? start() + in : end() - in;
  }
  std::size_t column(std::size_t line) const { return column(chart_.lifelines[line]); }

  /// The most columns for a text beside the firewall.
  std::size_t room() const { return half_ - 2 * kGap; }

 private:
  std::size_t half_wanted() const {
    std::size_t wanted = 0;
    for (const ChartRow& row : chart_.rows) {
      wanted = std::max(wanted, columns(row_text(chart_, row)));
      if (row.kind != ChartRow::Kind::packet) continue;
      wanted = std::max({wanted, columns(verdict(row.packet)) + 2, columns(deed(row.packet))});
    }
    std::size_t depth = 0;
    for (const Lifeline& line : chart_.lifelines) depth = std::max(depth, line.depth);
    return wanted + depth * kDepth + 2 * kGap;
  }

  const Chart& chart_;
  std::size_t time_ = 0;
  std::size_t pitch_ = 0;
  std::size_t inside_ = 0;
  std::size_t half_ = 0;
};

/// Which moment of a row a line shows: entries begin, are replied to and end in its middle.
enum class Moment { before, at, after };

class Drawing {
 public:
  Drawing(Buffer& out, const Chart& chart) : out_(out), chart_(chart), layout_(chart) {}

  void draw() {
    append(out_, "{} ({})\n\n", heading(chart_), chart_.settings);
    if (!chart_.lifelines.empty()) {
      draw_heads();
      for (row_ = 0; row_ < chart_.rows.size(); ++row_) draw_row(chart_.rows[row_]);
      line(Moment::after).append_to(out_);
    }
    draw_foot();
  }

 private:
  /// The names of the lifelines, the outer ones above.
  void draw_heads() {
    std::size_t deepest = 0;
    for (const Lifeline& host : chart_.lifelines) deepest = std::max(deepest, host.depth);
    for (std::size_t depth = 0; depth <= deepest; ++depth) {
      Cells cells;
      for (const Lifeline& host : chart_.lifelines) {
        if (host.depth < depth) cells.put(layout_.column(host), "│");
        if (host.depth == depth && host.side == Side::left) {
          cells.put(layout_.column(host), host.name);
        } else if (host.depth == depth) {
          cells.put_before(layout_.column(host) + 1, host.name);
        }
      }
      cells.append_to(out_);
    }
    Cells cells;
    for (const Lifeline& host : chart_.lifelines) cells.put(layout_.column(host), "│");
    constexpr std::string_view word = "firewall";
    cells.put(layout_.middle() - word.size() / 2 + 1, word);
    cells.append_to(out_);
  }

  void draw_row(const ChartRow& row) {
    if (row.kind == ChartRow::Kind::packet) {
      draw_packet(row);
      return;
    }
    const bool pause = row.kind == ChartRow::Kind::pause;
    Cells cells = line(Moment::at, pause ? "⋮" : "│");
    if (!pause) cells.put_before(layout_.time(), time_text(row.time));
    cells.put(layout_.firewall_right() + kGap, fitted(row_text(chart_, row), layout_.room()));
    cells.append_to(out_);
  }

  void draw_packet(const ChartRow& row) {
    const ChartPacket& packet = row.packet;
    const Side from = chart_.lifelines[packet.from].side;
    const bool returns = from == chart_.lifelines[packet.to].side;
    const Side beyond = from == Side::left ? Side::right : Side::left;

    Cells above = line(Moment::before);
    above.put_before(layout_.time(), time_text(row.time));
    put_label(above, packet, from);
    put_beside(above, beyond, fmt::format("{} {}", sign(packet.state).glyph, verdict(packet)));
    above.append_to(out_);

    Cells arrow = line(Moment::at);
    const std::size_t near =
        from == Side::left ? layout_.firewall_left() : layout_.firewall_right();
    put_arrow(arrow, packet, layout_.column(packet.from),
              returns ? near : layout_.column(packet.to), !returns);
    if (returns) put_beside(arrow, beyond, deed(packet));
    arrow.append_to(out_);

    if (!returns && deed(packet).empty()) return;
    Cells below = line(Moment::after);
    if (returns) {
      put_arrow(below, packet, near, layout_.column(packet.to), true);
    } else {
      put_beside(below, beyond, deed(packet));
    }
    below.append_to(out_);
  }

  /// Beside its source; where that leaves too little room, up to the firewall.
  void put_label(Cells& cells, const ChartPacket& packet, Side side) const {
    const std::string text = fitted(packet.label, layout_.room());
    const std::size_t width = columns(text);
    const std::size_t source = layout_.column(packet.from);
    if (side == Side::left) {
      cells.put(std::min(source + kGap, layout_.firewall_left() - kGap + 1 - width), text);
    } else {
      cells.put(std::max(source + 1 - kGap, layout_.firewall_right() + kGap + width) - width, text);
    }
  }

  void put_beside(Cells& cells, Side side, std::string_view text) const {
    const std::string fit = fitted(text, layout_.room());
    if (side == Side::right) {
      cells.put(layout_.firewall_right() + kGap, fit);
    } else {
      cells.put_before(layout_.firewall_left() - 1, fit);
    }
  }

  /// A stroke through all that is not an entry's life.
  void put_arrow(Cells& cells, const ChartPacket& packet, std::size_t from, std::size_t to,
                 bool head) const {
    const bool tracked = packet.state != State::none && packet.state != State::untracked;
    const std::size_t left = std::min(from, to), right = std::max(from, to);
    for (std::size_t column = left + 1; column < right; ++column) {
      const bool inside = column > layout_.firewall_left() && column < layout_.firewall_right();
      if (!inside || !life_at(column)) cells.put(column, tracked ? "─" : "╌");
    }
    cells.put(from, from < to ? "├" : "┤");
    if (head) {
      cells.put(from < to ? to - 1 : to + 1, from < to ? ">" : "<");
    } else {
      cells.put(to, from < to ? "┤" : "├");
    }
  }

  /// The life whose lane is that column, in this row.
  const ChartLife* life_at(std::size_t column) const {
    for (const ChartLife& life : chart_.lives) {
      const bool there = life.begin <= row_ && (!life.end || *life.end >= row_);
      if (there && life.lane && layout_.lane(*life.lane) == column) return &life;
    }
    return nullptr;
  }

  /// A line with all that goes down the chart.
  Cells line(Moment moment, std::string_view lifeline = "│") const {
    Cells cells;
    for (const Lifeline& host : chart_.lifelines) cells.put(layout_.column(host), lifeline);
    cells.put(layout_.firewall_left(), "│");
    cells.put(layout_.firewall_right(), "│");
    for (const ChartLife& life : chart_.lives) {
      const std::string_view stroke = stroke_of(life, moment);
      if (life.lane && !stroke.empty()) cells.put(layout_.lane(*life.lane), stroke);
    }
    return cells;
  }

  std::string_view stroke_of(const ChartLife& life, Moment moment) const {
    const bool begins = life.begin == row_;
    const bool ends = life.end == row_;
    if (life.begin > row_ || (begins && moment == Moment::before)) return "";
    if (life.end && (*life.end < row_ || (ends && moment == Moment::after))) return "";
    if (moment == Moment::at && (begins || ends)) return begins && ends ? "╳" : begins ? "┬" : "┴";
    const bool own = moment == Moment::at && chart_.rows[row_].kind == ChartRow::Kind::packet &&
                     chart_.rows[row_].packet.connection == life.connection;
    if (own) return "┼";
    const bool replied = life.replied && (*life.replied < row_ ||
                                          (*life.replied == row_ && moment == Moment::after));
    return replied ? "┃" : "┊";
  }

  void draw_foot() {
    if (!chart_.lives.empty()) {
      append(out_, "\nLives of entries: ┊ no reply yet, ┃ a reply was seen.\n");
    } else if (!chart_.rows.empty()) {
      out_.push_back('\n');
    }
    for (const std::string& note : footnotes(chart_)) append(out_, "{}\n", note);
  }

  Buffer& out_;
  const Chart& chart_;
  Layout layout_;
  std::size_t row_ = 0;
};

}  // namespace

void append_chart_text(Buffer& out, const Chart& chart) { Drawing(out, chart).draw(); }

}  // namespace statewall
