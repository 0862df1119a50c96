#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "capture/source.h"
#include "statewall/result.h"

namespace statewall {

/// Bytes in their order, from a file, from standard input or from memory; those of a compressed
/// file are what it decompresses to. Works on pipes: it waits for no more bytes than it was asked
/// for.
///
/// Whoever asks for bytes may believe a length that the file claims: the buffer never grows beyond
/// `kBufferSize` or twice the bytes that really came, whichever is more.
class Input {
 public:
  static constexpr std::size_t kBufferSize = 262144;

  /// Looks at the first bytes: gzip and zstd are decompressed, whatever the file's name. "-" is
  /// standard input.
  static Result<std::unique_ptr<Input>> open(const std::string& path);

  /// The same for a file in memory. REQUIRES: `bytes` outlive the Input.
  static std::unique_ptr<Input> open(std::string name, std::span<const std::uint8_t> bytes);

  /// These bytes as they are. REQUIRES: `bytes` outlive the Input.
  Input(std::string name, std::span<const std::uint8_t> bytes);

  Input(std::string name, std::unique_ptr<Source> source);

  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  /// For messages: the path, or "standard input"; says so where positions are not the file's own
  /// ("ping.pcap.gz (decompressed)").
  const std::string& name() const { return name_; }

  /// How many bytes were taken and skipped.
  std::uint64_t position() const { return position_; }

  /// Bytes of memory that the buffer takes; 0 for an Input from memory.
  std::size_t capacity() const { return buffer_.capacity(); }

  /// The next `size` bytes; fewer where the input ends or fails before. Valid until the next call.
  std::span<const std::uint8_t> peek(std::size_t size) {
    if (window_.size() < size) fill_to(size);
    return window_.first(std::min(size, window_.size()));
  }

  /// The same, and moves behind them.
  std::span<const std::uint8_t> take(std::size_t size) {
    const auto bytes = peek(size);
    advance(bytes.size());
    return bytes;
  }

  /// Moves on by `size` bytes, or to the end. Returns how many were there.
  std::uint64_t skip(std::uint64_t size);

  /// What has come already, without waiting. Valid until the next call.
  std::span<const std::uint8_t> held() const { return window_; }

  /// Why the input ended, if that was not its end: the system failed to read on, or compressed
  /// bytes are cut or damaged.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  /// Makes the window as large as that, if so many bytes come.
  void fill_to(std::size_t size);
  /// Makes the window larger. False at the end of the input.
  bool fill();

  void advance(std::size_t size) {
    window_ = window_.subspan(size);
    position_ += size;
  }

  std::string name_;
  std::unique_ptr<Source> source_;  // none: of memory, or ended for good, even if the file grows
  std::optional<Error> failure_;
  std::uint64_t position_ = 0;              // of the window's first byte
  std::vector<std::uint8_t> buffer_;        // unused for memory
  std::span<const std::uint8_t> window_{};  // read, but not yet taken
};

}  // namespace statewall
