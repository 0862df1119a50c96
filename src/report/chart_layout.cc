#include "report/chart_layout.h"

#include <algorithm>

namespace statewall {
namespace {

constexpr int kWidePitch = 28, kNarrowPitch = 11;
constexpr int kBandMargin = 10;
constexpr int kLeastBand = 64;     // for the word "firewall" above it
constexpr int kOutermost = 56;     // from the edge of the drawing to the first lifeline
constexpr int kBetweenLines = 58;  // of one side

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
  for (const Lifeline& line : chart.lifelines) deepest_ = std::max(deepest_, line.depth);
  tops_.push_back(lowest_head() + kHeadBox + 14);
  for (const ChartRow& row : chart.rows) tops_.push_back(tops_.back() + height(row));
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
