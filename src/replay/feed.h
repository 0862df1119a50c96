#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "replay/merge.h"
#include "replay/playback_config.h"
#include "replay/unknown_links.h"
#include "report/packet_record.h"
#include "statewall/packet.h"
#include "statewall/tunnel.h"

namespace statewall {

/// Frames that were read, chosen and parsed, on their way to a world.
struct FeedBatch {
  struct Slot {
    const std::string* file = nullptr;
    std::uint64_t number = 0;
    std::uint64_t position = 0;
    Nanoseconds time = 0;
    bool matches = false;
    InnerPath path;
    std::vector<std::uint8_t> bytes;  ///< of the frame, if it holds a fragment or rules want them
    LinkType link = LinkType::raw;
    std::string interface;  ///< its name; only where rules want it
    FrameNotes notes;       ///< only in batches of one: they go with the next frame
  };
  struct Start {
    const std::string* file;
    Nanoseconds time;
  };

  explicit FeedBatch(std::size_t capacity) : slots(capacity), packets(capacity) {}

  std::vector<Slot> slots;
  std::vector<Packet> packets;  ///< one a slot
  std::size_t filled = 0;
  std::vector<Error> problems;  ///< met on the way
  std::optional<Start> start;   ///< the first frame of all, chosen or not; once
};

/// Reads captures on, up to where they are to end. It belongs to one thread at a time.
class Feed {
 public:
  /// REQUIRES: both outlive it.
  Feed(const PlaybackConfig& config, MergedCaptures& captures)
      : config_(config), captures_(captures) {}

  /// Fills the batch anew. False when these are the last frames, perhaps none.
  bool fill(FeedBatch& batch);

 private:
  bool is_beyond(const Frame& frame) const;
  void add(const Frame& frame, bool matches, FeedBatch& batch);

  const PlaybackConfig& config_;
  MergedCaptures& captures_;
  UnknownLinks unknown_links_;
  bool begun_ = false;
  Nanoseconds to_time_ = 0;  ///< where `to` is a time
};

}  // namespace statewall
