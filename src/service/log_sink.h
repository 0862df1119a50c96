#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "statewall/time.h"

namespace statewall {

/// Where the lines of LOG go: standard error, at most so many a second. To the journal, where a
/// line begins with its level.
class LogSink {
 public:
  explicit LogSink(std::uint64_t lines_a_second);

  void write(std::span<const std::string> lines, std::uint64_t lost, Nanoseconds now);

  /// One of the program's own, whatever the rate.
  void say(std::string_view line) const;

 private:
  const std::uint64_t rate_;
  const bool journal_;
  Nanoseconds second_ = 0;  ///< when the second began that is counted
  std::uint64_t written_ = 0;
  std::uint64_t suppressed_ = 0;
};

}  // namespace statewall
