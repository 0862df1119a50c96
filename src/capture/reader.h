#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "statewall/packet.h"
#include "statewall/result.h"
#include "statewall/time.h"

// Capture files: pcap (all byte orders, microseconds and nanoseconds) and pcapng.

namespace statewall {

/// One frame of a capture. `bytes` are valid until the next call to the reader.
struct Frame {
  std::span<const std::uint8_t> bytes;
  std::size_t original_length = 0;  ///< on the wire; `bytes` may hold less
  Nanoseconds time = 0;             ///< since the Unix epoch; 0 for a block that has none
  LinkType link = LinkType::ethernet;
  std::uint64_t number = 0;    ///< from 1, as Wireshark counts frames
  std::uint64_t position = 0;  ///< byte offset of its record in the file
};

/// Reads a capture from its first frame to its last. Not thread-safe.
class CaptureReader {
 public:
  enum class Next { frame, end };

  /// `path` may be "-" for standard input. An Error tells the file, the position, and what is wrong
  /// with it: no such file, empty, not a capture, an unknown version.
  static Result<std::unique_ptr<CaptureReader>> open(const std::string& path);

  virtual ~CaptureReader() = default;

  /// The next frame. An Error (a file cut in a record, a record that lies about its length) names
  /// the file, the frame and the byte; frames before it stay good, and reading cannot go on.
  virtual Result<Next> next(Frame& frame) = 0;
};

}  // namespace statewall
