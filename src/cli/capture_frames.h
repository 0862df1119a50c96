#pragma once

#include <functional>
#include <string>
#include <utility>

#include "capture/reader.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "replay/unknown_links.h"
#include "statewall/result.h"

namespace statewall {

/// Reads captures for a command, and says on stderr what is wrong with them. What can be read of a
/// bad one is read, and those that follow it all the same.
class CaptureFrames {
 public:
  /// `command` is for the progress of long work. REQUIRES: `out`, which is flushed before anything
  /// is said, outlives this.
  CaptureFrames(Output& out, std::string command)
      : out_(out), progress_(std::move(command), true) {}

  /// Gives each frame of a capture to `take`, until it returns false. False if the capture is bad.
  bool read(const std::string& file, const std::function<bool(const Frame&)>& take);

  /// Says an error, which counts for the exit code.
  void note(const Error& error);

  /// The gravest of what was said.
  int exit_code() const { return exit_code_; }

 private:
  Output& out_;
  Progress progress_;
  UnknownLinks unknown_links_;
  int exit_code_ = 0;
};

}  // namespace statewall
