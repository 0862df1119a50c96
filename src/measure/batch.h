#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "statewall/packet.h"
#include "statewall/tracker.h"

namespace statewall::bench {

/// Packets on their way from bytes to confirmed, as many at a time as a caller likes.
class Batch {
 public:
  static constexpr std::size_t kMost = 256;

  /// A frame, whose packet should come out in this state.
  ///
  /// REQUIRES: fewer than kMost were added since `handle`. The bytes stay as they are until then.
  void add(std::span<const std::uint8_t> frame, State expected) {
    frames_[size_] = frame;
    expected_[size_++] = expected;
  }

  /// Lets all that were added through the tracker. How many came out as they should.
  ///
  /// All frames are made before the first is read: read at once, the loads of a sum would wait for
  /// the smaller stores just before them, which no frame that came from a card does.
  std::size_t handle(Tracker& tracker, Nanoseconds now) {
    for (std::size_t i = 0; i < size_; ++i) {
      read_frame(frames_[i], LinkType::ethernet, frames_[i].size(), ChecksumMode::automatic,
                 packets_[i]);
    }
    tracker.prepare(std::span(packets_).first(size_), std::span(lookups_).first(size_));
    std::size_t right = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const Observation seen = tracker.observe(packets_[i], lookups_[i], now);
      tracker.confirm();
      right += seen.state == expected_[i] ? 1 : 0;
    }
    size_ = 0;
    return right;
  }

 private:
  std::size_t size_ = 0;
  std::array<std::span<const std::uint8_t>, kMost> frames_;
  std::array<Packet, kMost> packets_;
  std::array<Lookup, kMost> lookups_;
  std::array<State, kMost> expected_;
};

}  // namespace statewall::bench
