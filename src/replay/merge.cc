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
  // Alone there is nothing to compare.
  if (sources_.size() == 1) return sources_[0].held ? &sources_[0].frame : nullptr;
  const Source* first = nullptr;
  for (const Source& source : sources_) {
    if (source.held && (!first || source.frame.time < first->frame.time)) first = &source;
  }
  if (!first) return nullptr;
  latest_ = static_cast<std::size_t>(first - sources_.data());
  return &first->frame;
}

void MergedCaptures::fetch(Source& source) {
  source.held = source.reader->next_frame(source.frame);
  if (!source.held && source.reader->failure()) problems_.push_back(*source.reader->failure());
}

}  // namespace statewall
