#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "capture/comments.h"
#include "statewall/packet.h"
#include "statewall/result.h"
#include "statewall/time.h"

// Capture files: pcap (all byte orders, microseconds and nanoseconds) and pcapng, also compressed
// with gzip or zstd.

namespace statewall {

/// The most bytes that a record may hold of its frame; a record that claims more is damaged. It
/// is the limit of tcpdump and Wireshark, whatever the snap length. A pcapng block, whose options
/// come with its frame, may have 16 MiB. Memory is taken as bytes arrive, not as a file claims
/// them.
inline constexpr std::size_t kMaxCapturedLength = 262144;

class RecordObserver;

/// One frame of a capture. `bytes`, name and comments are valid until the next call to the reader.
struct Frame {
  std::span<const std::uint8_t> bytes;
  std::size_t original_length = 0;  ///< on the wire; `bytes` may hold less
  Nanoseconds time = 0;             ///< since the Unix epoch; 0 for a block that has none
  LinkType link = LinkType::ethernet;
  std::uint64_t number = 0;    ///< from 1, packets alone, as capinfos counts them
  std::uint64_t position = 0;  ///< byte offset of its record in the file, once decompressed

  /// What only pcapng tells. Name and comments are as they stand in the file, and may be any bytes.
  std::optional<std::uint64_t> interface = {};  ///< from 0, counted over all sections of the file
  std::string_view interface_name = {};         ///< if_name, empty without one
  Comments comments = {};
};

/// Reads a capture from its first frame to its last. Not thread-safe.
class CaptureReader {
 public:
  enum class Next { frame, end };

  /// `path` may be "-" for standard input. An Error tells the file, the position, and what is wrong
  /// with it: no such file, empty, not a capture, an unknown version.
  static Result<std::unique_ptr<CaptureReader>> open(const std::string& path);

  /// A capture in memory, under a name for messages. REQUIRES: `bytes` outlive the reader.
  static Result<std::unique_ptr<CaptureReader>> open(std::string name,
                                                     std::span<const std::uint8_t> bytes);

  virtual ~CaptureReader() = default;

  /// The next frame. An Error (a file cut in a record, a record that lies about its length) names
  /// the file, the frame and the byte; frames before it stay good, and reading cannot go on. For a
  /// compressed file it is a byte of what it decompresses to, and the Error says so, unless the
  /// compression is what is damaged.
  Result<Next> next(Frame& frame) {
    if (next_frame(frame)) return Next::frame;
    if (failure()) return *failure();
    return Next::end;
  }

  /// The same for who reads millions: false at the end and after an Error, which `failure` tells.
  virtual bool next_frame(Frame& frame) = 0;
  virtual const std::optional<Error>& failure() const = 0;

  /// From now on `observer` sees what is read, first of all the header that `open` has read. Blocks
  /// of pcapng, also of kinds that are else skipped, then have 16 MiB at most, as Wireshark has it.
  /// REQUIRES: called before `next`; the observer outlives the reader.
  virtual void observe(RecordObserver& observer) = 0;
};

}  // namespace statewall
