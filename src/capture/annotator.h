#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "capture/reader.h"

namespace statewall {

/// The comment that a frame gets: UTF-8, at most 65535 bytes. Valid until the next call.
using CommentOf = std::function<std::string_view(const Frame&)>;

/// Takes the bytes of the new file in their order. False ends the work.
using ByteSink = std::function<bool(std::span<const std::uint8_t>)>;

struct Annotated {
  std::uint64_t frames = 0;    ///< that were written, each with its comment
  std::optional<Error> error;  ///< of the reader: why it ended before the end of the capture
  bool written = true;         ///< false: the sink took no more
};

/// Writes a capture anew, as pcapng, with one more comment on each frame.
///
/// Of pcapng every block is copied byte for byte, with these exceptions:
/// - an enhanced packet block and an obsolete packet block get the comment behind their own
/// options,
///   then the mark that ends options, if there is none, and so other lengths; the comment is cut
///   where the block would grow beyond 16 MiB;
/// - a simple packet block, which can hold no comment, becomes an enhanced packet block of the same
///   frame at the time 0 of its interface;
/// - a section that told its length has "not specified" instead, since it grows.
/// Of pcap frame, time, lengths, link type, snap length, length of the frame check sequence and
/// byte order are kept.
///
/// What was read before damage is written: the new file is complete up to there.
/// REQUIRES: `reader` is newly opened.
Annotated annotate(CaptureReader& reader, const CommentOf& comment_of, const ByteSink& sink);

}  // namespace statewall
