#include "capture/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "capture/decompress.h"

namespace statewall {
namespace {

Error system_error(const std::string& name, const char* action, int code) {
  return {ErrorKind::runtime, name,
          std::string("cannot be ") + action + ": " + std::generic_category().message(code)};
}

class FileSource final : public Source {
 public:
  FileSource(std::string name, int file) : name_(std::move(name)), file_(file) {}
  ~FileSource() override {
    if (file_ != STDIN_FILENO) ::close(file_);
  }

  std::size_t read(std::span<std::uint8_t> room) override {
    ssize_t count = 0;
    do {
      count = ::read(file_, room.data(), room.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) failure_ = errno;
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

  std::optional<Error> failure() const override {
    if (failure_ == 0) return std::nullopt;
    return system_error(name_, "read", failure_);
  }

 private:
  std::string name_;
  int file_;
  int failure_ = 0;  // errno of a failed read
};

}  // namespace

Result<std::unique_ptr<Input>> Input::open(const std::string& path) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  const int file = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_error(name, "opened", errno);
  return decompress(std::make_unique<Input>(name, std::make_unique<FileSource>(name, file)));
}

std::unique_ptr<Input> Input::open(std::string name, std::span<const std::uint8_t> bytes) {
  return decompress(std::make_unique<Input>(std::move(name), bytes));
}

Input::Input(std::string name, std::span<const std::uint8_t> bytes)
    : name_(std::move(name)), window_(bytes) {}

Input::Input(std::string name, std::unique_ptr<Source> source)
    : name_(std::move(name)), source_(std::move(source)), buffer_(kBufferSize) {}

Input::~Input() = default;

std::uint64_t Input::skip(std::uint64_t size) {
  std::uint64_t skipped = 0;
  while (skipped < size && (!window_.empty() || fill())) {
    const auto step = std::min<std::uint64_t>(size - skipped, window_.size());
    advance(static_cast<std::size_t>(step));
    skipped += step;
  }
  return skipped;
}

void Input::fill_to(std::size_t size) {
  while (window_.size() < size && fill()) {
  }
}

bool Input::fill() {
  if (!source_) return false;
  const std::size_t held = window_.size();
  if (held > 0) std::memmove(buffer_.data(), window_.data(), held);
  // Full of bytes that came, and more are wanted: only this makes it grow.
  if (held == buffer_.size()) buffer_.resize(2 * held);

  const std::size_t more = source_->read(std::span(buffer_).subspan(held));
  window_ = {buffer_.data(), held + more};
  if (more > 0) return true;
  failure_ = source_->failure();
  source_.reset();
  return false;
}

}  // namespace statewall
