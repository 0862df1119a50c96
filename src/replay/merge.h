#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capture/reader.h"
#include "statewall/result.h"

namespace statewall {

/// The frames of one capture, or of several, interleaved by time. Each capture's own order stays
/// as it is, also where its times run backwards; of equal times the capture named first comes
/// first.
class MergedCaptures {
 public:
  /// What cannot be opened or read on is left out, and kept among the problems; the other captures
  /// go on.
  explicit MergedCaptures(const std::vector<std::string>& files);

  /// Was any of them opened?
  bool any() const { return !sources_.empty(); }

  bool has_problems() const { return !problems_.empty(); }

  /// The problems since the last call.
  std::vector<Error> take_problems() { return std::exchange(problems_, {}); }

  /// The next frame, or nullptr at the end. It is valid until the next call.
  const Frame* next();

  /// The capture that the latest frame is from, as it was named.
  const std::string& file() const { return *sources_[latest_].file; }

 private:
  struct Source {
    const std::string* file;
    std::unique_ptr<CaptureReader> reader;
    Frame frame{};
    bool held = false;  ///< `frame` is the next one of this capture
  };

  void fetch(Source& source);

  std::vector<Error> problems_;
  std::vector<Source> sources_;
  std::size_t latest_ = 0;
  bool begun_ = false;
};

}  // namespace statewall
