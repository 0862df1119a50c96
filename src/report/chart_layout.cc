#include "report/chart_layout.h"

#include <algorithm>

#include "report/chart_words.h"

namespace statewall {
namespace {

constexpr int kWidePitch = 28, kNarrowPitch = 11;
constexpr int kBandMargin = 10;
constexpr int kLeastBand = 64;     // for the word "firewall" above it
constexpr int kOutermost = 56;     // from the edge of the drawing to the first lifeline
constexpr int kBetweenLines = 58;  // of one side
constexpr int kHeadMargin = 14;    // of a name within its box
constexpr int kHeadOut = 53;       // so that the next line out stays free

int height(const ChartRow& row) {
  switch (row.kind) {
    case ChartRow::Kind::packet: return 60;
    case ChartRow::Kind::ends: return 34;
    case ChartRow::Kind::pause:
    case ChartRow::Kind::end: break;
  }
  return 30;
}

}  // namespace

ChartLayout::ChartLayout(const Chart& chart) : chart_(chart) {
  const int pitch = lanes_wide() ? kWidePitch : kNarrowPitch;
  const int lanes = static_cast<int>(chart.lanes);
  band_width_ = std::max(kLeastBand, lanes * pitch + 2 * kBandMargin);
  band_left_ = (kLeft + kRight - band_width_) / 2;
  for (const Lifeline& line : chart.lifelines) {
    const std::size_t least = line.depth + (meets_firewall_head(line) ? 1 : 0);
    firewall_depth_ = std::max(firewall_depth_, least);
  }
  tops_.push_back(firewall_head_top() + kHeadBox + 14);
  for (const ChartRow& row : chart.rows) tops_.push_back(tops_.back() + height(row));
}

int ChartLayout::width_of(std::string_view text, int size) {
  return static_cast<int>(columns(text)) * size * 61 / 100;
}

/// In the middle over its line, but not farther out than kHeadOut.
ChartLayout::Box ChartLayout::head(const Lifeline& line) const {
  const int width = width_of(line.name) + kHeadMargin;
  const int middle = x(line);
  if (line.side == Side::left) {
    const int left = middle - std::min(width / 2, kHeadOut);
    return {left, left + width};
  }
  const int right = middle + std::min(width / 2, kHeadOut);
  return {right - width, right};
}

ChartLayout::Box ChartLayout::firewall_head() const {
  const int width = std::max(width_of("firewall") + kHeadMargin, band_width_);
  return {band_middle() - width / 2, band_middle() - width / 2 + width};
}

bool ChartLayout::meets_firewall_head(const Lifeline& line) const {
  const Box own = head(line), firewall = firewall_head();
  return own.right >= firewall.left && own.left <= firewall.right;
}

int ChartLayout::lane(std::size_t number) const {
  const int pitch = lanes_wide() ? kWidePitch : kNarrowPitch;
  const int lanes = static_cast<int>(chart_.lanes);
  return band_middle() + pitch * static_cast<int>(number) - pitch * (lanes - 1) / 2;
}

int ChartLayout::x(const Lifeline& line) const {
  const int in = kOutermost + kBetweenLines * static_cast<int>(line.depth);
  return line.side == Side::left ? kLeft + in : kRight - in;
}

bool ChartLayout::returns(const ChartPacket& packet) const {
  return chart_.lifelines[packet.from].side == chart_.lifelines[packet.to].side;
}

int ChartLayout::entry(const ChartPacket& packet) const {
  return chart_.lifelines[packet.from].side == Side::left ? band_left() : band_right();
}

int ChartLayout::exit(const ChartPacket& packet) const {
  return chart_.lifelines[packet.to].side == Side::left ? band_left() : band_right();
}

int ChartLayout::crossing(std::size_t row, int x_there) const {
  const ChartRow& what = chart_.rows[row];
  if (what.kind != ChartRow::Kind::packet) return (top(row) + top(row + 1)) / 2;
  if (returns(what.packet)) return arrow(row) + kSlant / 2;
  const int from = x(what.packet.from), to = x(what.packet.to);
  return arrow(row) + kSlant * (x_there - from) / (to - from);
}

}  // namespace statewall
