#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

namespace statewall {
Progress::Progress(std::string command, bool allowed)
    : command_(std::move(command)),
      enabled_(allowed && isatty(STDERR_FILENO) == 1),
      next_(Clock::now() + std::chrono::seconds(1)) {}

void Progress::begin(const std::string& file) {
  frames_ += number_;
  number_ = 0;
  std::error_code error;
  size_ =
      std::filesystem::is_regular_file(file, error) ? std::filesystem::file_size(file, error) : 0;
  if (error) size_ = 0;
}

void Progress::tick(std::uint64_t number, std::uint64_t position) {
  number_ = number;
  if (!enabled_ || Clock::now() < next_) return;
  next_ = Clock::now() + std::chrono::milliseconds(200);
  std::string text = fmt::format("{} frames", frames_ + number_);
  // Positions in a compressed capture are beyond its size, or say nothing.
  if (position <= size_ && size_ > 0) text += fmt::format(", {} %", position * 100 / size_);
  show(text);
}

void Progress::show(const std::string& what) {
  if (!enabled_) return;
  fmt::print(stderr, "\r{}: {}\x1b[K", command_, what);
  std::fflush(stderr);
  visible_ = true;
}

void Progress::clear() {
  if (!visible_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  visible_ = false;
}

}  // namespace statewall
