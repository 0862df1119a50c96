#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "report/buffer.h"
#include "service/control_protocol.h"
#include "statewall/result.h"

namespace statewall {

/// Lines that wait to be sent to one client, so many bytes at most.
class ControlAnswer {
 public:
  explicit ControlAnswer(std::size_t most) : most_(most) {}

  /// Each line of `text` as a line of data. It is taken whatever its size: who makes long lists
  /// asks `full` now and then.
  void data(std::string_view text);
  void notice(std::string_view text) { append_control_line(out_, ControlMark::notice, text); }

  // The last line of an answer.
  void error(const Error& error) {
    append_control_line(out_, ControlMark::error, error_text(error));
  }
  void end(std::uint64_t count);

  /// Half of the room is taken: lists pause.
  bool full() const { return waiting().size() >= most_ / 2; }
  /// Is there room for a line of data? For lines that are left out otherwise.
  bool takes(std::string_view text) const {
    return waiting().size() + text.size() + 3 + kForNotices <= most_;
  }

  std::string_view waiting() const { return {out_.data() + sent_, out_.size() - sent_}; }
  void sent(std::size_t bytes);

 private:
  static constexpr std::size_t kForNotices = 256;

  Buffer out_;
  std::size_t sent_ = 0;
  const std::size_t most_;
};

}  // namespace statewall
