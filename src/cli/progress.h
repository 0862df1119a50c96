#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "capture/reader.h"

namespace statewall {

/// How far long work has come, on stderr when that is a terminal: a line that is written over, and
/// wiped away before anything else is said there. Work of less than a second shows nothing.
class Progress {
 public:
  /// `allowed` is false where the data go to the same terminal.
  Progress(std::string command, bool allowed);
  ~Progress() { clear(); }

  /// A capture begins. "-" has no size.
  void begin(const std::string& file);

  /// Call it for each frame, or now and then.
  void tick(const Frame& frame);

  /// Wipes the line away.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string command_;
  bool enabled_;
  bool visible_ = false;
  std::uint64_t size_ = 0;    ///< of the capture in bytes; 0 unknown
  std::uint64_t frames_ = 0;  ///< of the captures before
  std::uint64_t number_ = 0;  ///< of the latest frame
  unsigned ticks_ = 0;        ///< the clock is asked at every 256th
  Clock::time_point next_;    ///< when to write again
};

}  // namespace statewall
