#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/command.h"

namespace statewall {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;

}  // namespace

Output::Output() : terminal_(isatty(STDOUT_FILENO) == 1) { buffer_.reserve(2 * kChunk); }

void Output::line_done() {
  buffer_.push_back('\n');
  if (terminal_ || buffer_.size() >= kChunk) flush();
}

void Output::flush() {
  const char* rest = buffer_.data();
  std::size_t left = buffer_.size();
  while (left > 0 && !broken()) {
    const ssize_t written = write(STDOUT_FILENO, rest, left);
    if (written >= 0) {
      rest += written;
      left -= static_cast<std::size_t>(written);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
}

int Output::finish(int exit_code) {
  flush();
  if (error_ == 0) return exit_code;
  if (error_ == EPIPE) return kExitSuccess;
  return fail({ErrorKind::runtime, "standard output", std::strerror(error_)});
}

void say(std::string_view text) { fmt::print(stderr, "statewall: {}\n", text); }

int graver(int one, int other) {
  if (one == kExitSuccess || other == kExitSuccess) return std::max(one, other);
  return std::min(one, other);
}

int fail(const Error& error) {
  say(error.text());
  return static_cast<int>(error.kind);
}

}  // namespace statewall
