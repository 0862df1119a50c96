#include "replay/merge.h"

#include <utility>

namespace statewall {

MergedCaptures::MergedCaptures(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    auto reader = CaptureReader::open(file);
    if (reader) {
      sources_.push_back({&file, std::move(*reader)});
    } else {
      problems_.push_back(reader.error());
    }
  }
}

const Frame* MergedCaptures::next() {
  if (sources_.empty()) return nullptr;
  if (!std::exchange(begun_, true)) {
    for (Source& source : sources_) fetch(source);
  } else if (sources_[latest_].held) {
    fetch(sources_[latest_]);
  }
  const Source* first = nullptr;
  for (const Source& source : sources_) {
    if (source.held && (!first || source.frame.time < first->frame.time)) first = &source;
  }
  if (!first) return nullptr;
  latest_ = static_cast<std::size_t>(first - sources_.data());
  return &first->frame;
}

void MergedCaptures::fetch(Source& source) {
  const auto next = source.reader->next(source.frame);
  source.held = next && *next == CaptureReader::Next::frame;
  if (!next) problems_.push_back(next.error());
}

}  // namespace statewall
