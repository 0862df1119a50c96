#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "report/chart.h"

namespace statewall {

/// Where the parts of a chart stand in its image, in whole pixels, so that every machine finds the
/// same.
class ChartLayout {
 public:
  static constexpr int kWidth = 960;
  static constexpr int kLeft = 104;   ///< left of it stands the time
  static constexpr int kRight = 944;  ///< the last column that a text may reach
  static constexpr int kHeadRow = 28;
  static constexpr int kHeadBox = 22;
  static constexpr int kSlant = 20;  ///< an arrow falls so far from its beginning to its end

  explicit ChartLayout(const Chart& chart);

  /// The firewall's band.
  int band_left() const { return band_left_; }
  int band_right() const { return band_left_ + band_width_; }
  int band_middle() const { return band_left_ + band_width_ / 2; }
  /// Of a lane, its middle.
  int lane(std::size_t number) const;
  /// There is room for the number of each entry above its bar.
  bool lanes_wide() const { return chart_.lanes <= kWideLanes; }

  int x(const Lifeline& line) const;
  int x(std::size_t line) const { return x(chart_.lifelines[line]); }

  /// Pixels that text takes in the widest of the fonts that may be there.
  static int width_of(std::string_view text, int size = 12);

  struct Box {
    int left;
    int right;
  };
  /// The head of a lifeline, and the firewall's: none covers another, or another's line.
  Box head(const Lifeline& line) const;
  Box firewall_head() const;

  /// The first pixel of the heads of this depth.
  int head_top(std::size_t depth) const { return kHeadTop + kHeadRow * static_cast<int>(depth); }
  /// Of the firewall's, which is lowest.
  int firewall_head_top() const { return head_top(firewall_depth_); }

  /// The first pixel of a row; of the one behind the last: where the lines end.
  int top(std::size_t row) const { return tops_[row]; }
  int lines_end() const { return tops_.back(); }
  /// Where an arrow begins, and where it ends kSlant further down.
  int arrow(std::size_t row) const { return top(row) + 24; }

  /// How high the arrow of a row is at `x`; of a row without an arrow its middle.
  int crossing(std::size_t row, int x) const;

  /// The packet comes back to the side that it came from.
  bool returns(const ChartPacket& packet) const;

  /// The edge at which an arrow meets the firewall, and the one at which it leaves it.
  int entry(const ChartPacket& packet) const;
  int exit(const ChartPacket& packet) const;

 private:
  static constexpr int kHeadTop = 66;
  static constexpr std::size_t kWideLanes = 4;

  bool meets_firewall_head(const Lifeline& line) const;

  const Chart& chart_;
  int band_left_ = 0;
  int band_width_ = 0;
  std::size_t firewall_depth_ = 0;
  std::vector<int> tops_;
};

}  // namespace statewall
