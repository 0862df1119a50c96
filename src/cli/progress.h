#pragma once

#include <chrono>
#include <cstdint>
#include <string>

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

  /// Call it for each frame, or now and then, with the frame's place in its capture.
  void tick(std::uint64_t number, std::uint64_t position);

  /// Says at once what is being done.
  void show(const std::string& what);

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
  Clock::time_point next_;    ///< when to write again
};

}  // namespace statewall
