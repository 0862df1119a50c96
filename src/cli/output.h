#pragma once

#include <string_view>

#include "report/buffer.h"

namespace statewall {

/// Standard output, written in big chunks; to a terminal line by line.
///
/// An error of writing is kept, and what follows is thrown away: a reader that has seen enough
/// (`| head`) ends the program quietly, anything else is told by `finish`.
class Output {
 public:
  Output();
  ~Output() { flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// Append here, then call `line_done`.
  Buffer& buffer() { return buffer_; }

  /// The line in the buffer is complete, but for its newline, which is added.
  void line_done();

  /// Writes all there is. Call it before talking on stderr, so that the two stay in order.
  void flush();

  /// Nothing more will arrive: stop working.
  bool broken() const { return error_ != 0; }

  /// Flushes. Returns `exit_code`, or 0 if the reader went away, or 1 after telling an error.
  int finish(int exit_code);

 private:
  Buffer buffer_;
  bool terminal_;
  int error_ = 0;  ///< errno of the first write that failed
};

/// One line on stderr, after "statewall: ".
void say(std::string_view text);

}  // namespace statewall
