#pragma once

#include <algorithm>
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

  /// Lets all that were added through the tracker, so many at a time, at least one. How many came
  /// out as they should.
  ///
  /// All frames are made before the first is read: read at once, the loads of a sum would wait for
  /// the smaller stores just before them, which no frame that came from a card does.
  std::size_t handle(Tracker& tracker, Nanoseconds now, std::size_t at_a_time = kMost) {
    std::size_t right = 0;
    for (std::size_t from = 0; from < size_; from += at_a_time) {
      right += handle_some(tracker, now, from, std::min(at_a_time, size_ - from));
    }
    size_ = 0;
    return right;
  }

 private:
  std::size_t handle_some(Tracker& tracker, Nanoseconds now, std::size_t from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::span<const std::uint8_t> frame = frames_[from + i];
      read_frame(frame, LinkType::ethernet, frame.size(), ChecksumMode::automatic, packets_[i]);
    }
    tracker.prepare(std::span(packets_).first(count), std::span(lookups_).first(count));
    std::size_t right = 0;
    Observation seen;
    for (std::size_t i = 0; i < count; ++i) {
      tracker.observe(packets_[i], lookups_[i], now, seen);
      tracker.confirm();
      right += seen.state == expected_[from + i] ? 1 : 0;
    }
    return right;
  }

  std::size_t size_ = 0;
  std::array<std::span<const std::uint8_t>, kMost> frames_;
  std::array<Packet, kMost> packets_;
  std::array<Lookup, kMost> lookups_;
  std::array<State, kMost> expected_;
};

}  // namespace statewall::bench
