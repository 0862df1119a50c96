#include "capture/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace statewall {
namespace {

constexpr std::size_t kBufferSize = 65536;

Error system_error(const std::string& name, const char* action, int code) {
  return {ErrorKind::runtime, name,
          std::string("cannot be ") + action + ": " + std::generic_category().message(code)};
}

}  // namespace

Result<std::unique_ptr<Input>> Input::open(const std::string& path) {
  if (path == "-") return std::unique_ptr<Input>(new Input("standard input", STDIN_FILENO));
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_error(path, "opened", errno);
  return std::unique_ptr<Input>(new Input(path, file));
}

Input::Input(std::string name, std::span<const std::uint8_t> bytes)
    : name_(std::move(name)), window_(bytes) {}

Input::Input(std::string name, int file)
    : name_(std::move(name)), file_(file), buffer_(kBufferSize) {}

Input::~Input() {
  if (file_ != kNoFile && file_ != STDIN_FILENO) ::close(file_);
}

std::span<const std::uint8_t> Input::peek(std::size_t size) {
  while (window_.size() < size && fill()) {
  }
  return window_.first(std::min(size, window_.size()));
}

std::span<const std::uint8_t> Input::take(std::size_t size) {
  const auto bytes = peek(size);
  advance(bytes.size());
  return bytes;
}

std::uint64_t Input::skip(std::uint64_t size) {
  std::uint64_t skipped = 0;
  while (skipped < size && (!window_.empty() || fill())) {
    const auto step = std::min<std::uint64_t>(size - skipped, window_.size());
    advance(static_cast<std::size_t>(step));
    skipped += step;
  }
  return skipped;
}

std::optional<Error> Input::failure() const {
  if (failure_ == 0) return std::nullopt;
  return system_error(name_, "read", failure_);
}

bool Input::fill() {
  if (file_ == kNoFile || ended_) return false;
  const std::size_t held = window_.size();
  if (held > 0) std::memmove(buffer_.data(), window_.data(), held);
  // Full of bytes that came, and more are wanted: only this makes it grow.
  if (held == buffer_.size()) buffer_.resize(2 * held);

  ssize_t count = 0;
  do {
    count = ::read(file_, buffer_.data() + held, buffer_.size() - held);
  } while (count < 0 && errno == EINTR);
  if (count < 0) failure_ = errno;
  const std::size_t more = count > 0 ? static_cast<std::size_t>(count) : 0;
  window_ = {buffer_.data(), held + more};
  ended_ = more == 0;
  return !ended_;
}

void Input::advance(std::size_t size) {
  window_ = window_.subspan(size);
  position_ += size;
}

}  // namespace statewall
