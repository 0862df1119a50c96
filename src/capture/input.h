#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statewall/result.h"

namespace statewall {

/// Bytes in their order, from a file, from standard input or from memory. Works on pipes: it waits
/// for no more bytes than it was asked for.
///
/// Whoever asks for bytes may believe a length that the file claims: the buffer never grows beyond
/// 64 KiB or twice the bytes that really came, whichever is more.
class Input {
 public:
  /// "-" is standard input.
  static Result<std::unique_ptr<Input>> open(const std::string& path);

  /// REQUIRES: `bytes` outlive the Input.
  Input(std::string name, std::span<const std::uint8_t> bytes);

  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  /// For messages: the path, or "standard input".
  const std::string& name() const { return name_; }

  /// How many bytes were taken and skipped.
  std::uint64_t position() const { return position_; }

  /// Bytes of memory that the buffer takes; 0 for an Input from memory.
  std::size_t capacity() const { return buffer_.capacity(); }

  /// The next `size` bytes; fewer where the input ends or fails before. Valid until the next call.
  std::span<const std::uint8_t> peek(std::size_t size);

  /// The same, and moves behind them.
  std::span<const std::uint8_t> take(std::size_t size);

  /// Moves on by `size` bytes, or to the end. Returns how many were there.
  std::uint64_t skip(std::uint64_t size);

  /// Why the input ended, if it was not its end: the system failed to read on.
  std::optional<Error> failure() const;

 private:
  Input(std::string name, int file);

  /// Makes the window larger. False at the end of the input.
  bool fill();
  void advance(std::size_t size);

  static constexpr int kNoFile = -1;

  std::string name_;
  int file_ = kNoFile;
  bool ended_ = false;                      // for good, even if the file grows
  int failure_ = 0;                         // errno of a failed read
  std::uint64_t position_ = 0;              // of the window's first byte
  std::vector<std::uint8_t> buffer_;        // unused for memory
  std::span<const std::uint8_t> window_{};  // read, but not yet taken
};

}  // namespace statewall
