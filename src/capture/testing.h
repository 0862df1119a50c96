#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/fields.h"
#include "capture/reader.h"

// For tests: small captures written by hand, and whole captures read.

namespace statewall::testing {

using ByteVector = std::vector<std::uint8_t>;

/// Writes numbers in one byte order.
class Writer {
 public:
  explicit Writer(ByteOrder order) : order_(order) {}

  Writer& u16(std::uint64_t value) { return number(value, 2); }
  Writer& u32(std::uint64_t value) { return number(value, 4); }
  Writer& u64(std::uint64_t value) { return number(value, 8); }
  Writer& raw(std::span<const std::uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Writer& pad() {
    while (bytes_.size() % 4 != 0) bytes_.push_back(0);
    return *this;
  }

  /// A pcapng block around a body, which is padded.
  Writer& block(std::uint32_t type, Writer body) {
    const std::size_t length = body.pad().bytes_.size() + 12;
    return u32(type).u32(length).raw(body.bytes_).u32(length);
  }

  const ByteVector& bytes() const { return bytes_; }
  ByteOrder order() const { return order_; }

 private:
  Writer& number(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
      const int shift = 8 * (order_ == ByteOrder::little ? i : size - 1 - i);
      bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return *this;
  }

  ByteOrder order_;
  ByteVector bytes_;
};

/// `size` bytes that differ from their neighbours, and by `seed`.
inline ByteVector some_bytes(std::size_t size, std::uint8_t seed = 0) {
  ByteVector bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(seed + 7 * i);
  return bytes;
}

/// Puts a pipe in place of standard input, for its lifetime.
class StandardInput {
 public:
  StandardInput() : saved_(::dup(STDIN_FILENO)) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    end_ = ends[1];
  }
  ~StandardInput() {
    close();
    ::dup2(saved_, STDIN_FILENO);
    ::close(saved_);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

  /// Returns how many bytes went into the pipe.
  std::size_t send(std::span<const std::uint8_t> bytes) const {
    const ssize_t sent = ::write(end_, bytes.data(), bytes.size());
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }
  /// From now on reading fails: a folder takes the pipe's place.
  void fail() const {
    const int folder = ::open("/", O_RDONLY);
    ::dup2(folder, STDIN_FILENO);
    ::close(folder);
  }
  void close() {
    if (end_ >= 0) ::close(end_);
    end_ = -1;
  }

 private:
  int saved_;
  int end_ = -1;
};

struct OwnedFrame {
  ByteVector bytes;
  std::string interface_name;
  std::vector<std::string> comments;
  Frame frame;  // its own of these no longer stand
};

/// All that a capture gave, and the error that ended it, if any.
struct Reading {
  std::vector<OwnedFrame> frames;
  std::optional<Error> error;

  std::optional<ErrorKind> error_kind() const {
    return error ? std::optional(error->kind) : std::nullopt;
  }
  std::string error_text() const { return error ? error->text() : "no error"; }
};

inline Reading read_all(Result<std::unique_ptr<CaptureReader>> reader) {
  Reading reading;
  if (!reader) {
    reading.error = reader.error();
    return reading;
  }
  Frame frame;
  for (;;) {
    const auto next = (*reader)->next(frame);
    if (!next) reading.error = next.error();
    if (!next || *next == CaptureReader::Next::end) return reading;
    OwnedFrame owned{
        {frame.bytes.begin(), frame.bytes.end()}, std::string(frame.interface_name), {}, frame};
    for (const std::string_view comment : frame.comments) owned.comments.emplace_back(comment);
    reading.frames.push_back(std::move(owned));
  }
}

inline Reading read_all(std::span<const std::uint8_t> bytes) {
  return read_all(CaptureReader::open("test", bytes));
}

}  // namespace statewall::testing
