#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "capture/reader.h"
#include "statewall/packet.h"
#include "statewall/tracker.h"

namespace statewall::testing {

/// A table, its memory, and one tracker on it, to which the frames of a capture are shown.
class World {
 public:
  explicit World(const Profile& profile) {
    config_.profile = profile;
    const std::size_t needed = ConnectionTable::memory_needed(config_);
    std::size_t space = needed + kAlignment;
    memory_ = std::vector<std::byte>(space);
    void* start = memory_.data();
    aligned_ = {static_cast<std::byte*>(std::align(kAlignment, needed, start, space)), needed};
    reset();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Begins anew with an empty table.
  void reset() {
    const auto created = ConnectionTable::create(config_, aligned_);
    table_ = created.table;
    tracker_.emplace(*table_, 0);
  }

  /// Reads the frame, has it judged, and lets it out.
  Observation pass(const Frame& frame) {
    const Packet packet = read_frame(frame.bytes, frame.link, frame.original_length);
    const Observation observation = tracker_->observe(packet, frame.time);
    tracker_->confirm();
    return observation;
  }

  const ConnectionTable& table() const { return *table_; }

 private:
  static constexpr std::size_t kAlignment = 64;

  TableConfig config_;
  std::vector<std::byte> memory_;
  std::span<std::byte> aligned_;
  ConnectionTable* table_ = nullptr;
  std::optional<Tracker> tracker_;
};

}  // namespace statewall::testing
