#include "cli/capture_frames.h"

#include "cli/command.h"

namespace statewall {

bool CaptureFrames::read(const std::string& file, const std::function<bool(const Frame&)>& take) {
  const auto reader = CaptureReader::open(file);
  if (!reader) {
    note(reader.error());
    return false;
  }
  progress_.begin(file);
  Frame frame;
  for (;;) {
    const auto next = (*reader)->next(frame);
    if (!next) {
      note(next.error());
      return false;
    }
    if (*next == CaptureReader::Next::end) break;
    if (const auto error = unknown_links_.complaint(file, frame)) note(*error);
    progress_.tick(frame.number, frame.position);
    if (!take(frame)) break;
  }
  progress_.clear();
  return true;
}

void CaptureFrames::note(const Error& error) {
  progress_.clear();
  out_.flush();
  exit_code_ = graver(exit_code_, fail(error));
}

}  // namespace statewall
