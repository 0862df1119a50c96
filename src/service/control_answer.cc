#include "service/control_answer.h"

#include <algorithm>

namespace statewall {

void ControlAnswer::data(std::string_view text) {
  for (;;) {
    const std::size_t newline = text.find('\n');
    append_control_line(out_, ControlMark::data, text.substr(0, newline));
    if (newline == text.npos) return;
    text.remove_prefix(newline + 1);
  }
}

void ControlAnswer::end(std::uint64_t count) {
  append_control_line(out_, ControlMark::end, fmt::format_int(count).c_str());
}

void ControlAnswer::sent(std::size_t bytes) {
  sent_ += bytes;
  // What was sent is cut off once it is the greater part, so that each byte is moved once.
  if (sent_ < out_.size() - sent_) return;
  std::copy(out_.data() + sent_, out_.data() + out_.size(), out_.data());
  out_.resize(out_.size() - sent_);
  sent_ = 0;
}

}  // namespace statewall
