#include "cli/capture_frames.h"

#include <fmt/format.h>

#include "cli/command.h"

namespace statewall {

bool CaptureFrames::read(const std::string& file, const std::function<bool(const Frame&)>& take) {
  const auto reader = CaptureReader::open(file);
  if (!reader) {
    note(reader.error());
    return false;
  }
  Frame frame;
  for (;;) {
    const auto next = (*reader)->next(frame);
    if (!next) {
      note(next.error());
      return false;
    }
    if (*next == CaptureReader::Next::end) return true;
    if (!supported(frame.link)) note_link(file, frame);
    if (!take(frame)) return true;
  }
}

void CaptureFrames::note(const Error& error) {
  out_.flush();
  exit_code_ = graver(exit_code_, fail(error));
}

/// Told once for each link type.
void CaptureFrames::note_link(const std::string& file, const Frame& frame) {
  if (!unknown_links_.insert(frame.link).second) return;
  note({ErrorKind::input, fmt::format("{}: frame {}", file, frame.number),
        fmt::format("link type {} is not supported: its frames have no state",
                    static_cast<unsigned>(frame.link))});
}

}  // namespace statewall
