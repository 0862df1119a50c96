#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "replay/merge.h"
#include "replay/moment.h"
#include "replay/reading.h"
#include "replay/unknown_links.h"
#include "replay/view.h"
#include "statewall/result.h"

namespace statewall {

/// What is played, and what of it is shown.
struct PlaybackConfig {
  FrameReading reading;
  /// Which frames are shown; all if it is empty. It is asked once for each frame, and told which
  /// capture it is from.
  std::function<bool(const Frame&, const std::string& file)> filter;
  bool track_matching = false;  ///< what the filter leaves out is not tracked either
  std::optional<Moment> from;   ///< what lies before is tracked, but not shown
  std::optional<Moment> to;     ///< the capture ends here
  std::vector<Moment> at;       ///< moments at which views are shown the table
  /// Frames are read and prepared so many at a time, 1 to kBatch. Views do not hear of a packet
  /// before its batch has been read, which may take long when a capture comes from a live pipe.
  std::size_t batch = 1;
};

/// Who wants to know how it goes.
struct PlaybackTalk {
  std::function<void(const Error&)> problem;       ///< that the exit code tells of
  std::function<void(const std::string&)> remark;  ///< something that a person may want to know
  std::function<bool(const Frame&)> goes_on;       ///< asked for each: false ends the run
};

/// Plays captures to a world: one, or several merged by time.
class Playback {
 public:
  static constexpr std::size_t kBatch = 32;

  /// REQUIRES: all that is referred to outlives it.
  Playback(const PlaybackConfig& config, const PlaybackTalk& talk, std::span<View* const> views,
           World& world)
      : config_(config), talk_(talk), views_(views), world_(world) {}

  void run(MergedCaptures& captures);

 private:
  struct Slot {
    const std::string* file = nullptr;
    std::uint64_t number = 0;
    Nanoseconds time = 0;
    bool matches = false;
    InnerPath path;
    FrameNotes notes;  ///< only where the batch is 1: they go with the next frame
  };

  bool fill(MergedCaptures& captures);
  void begin(const Frame& frame, const std::string& file);
  void play(const Slot& slot, const Packet& packet, const Lookup& lookup);
  void advance(const Slot& slot);
  void show_tables_until(Nanoseconds time);
  void show_tables_after(std::uint64_t frame);
  void show_table(Nanoseconds time);
  void tell_backwards(const Slot& slot, Nanoseconds now);
  void tell(const Event& event);
  bool shows(const Event& event);
  bool is_from(const Slot& slot) const;
  bool is_beyond(const Frame& frame) const;

  const PlaybackConfig& config_;
  const PlaybackTalk& talk_;
  std::span<View* const> views_;
  World& world_;

  // The batch under way: the first `filled_` of each.
  std::array<Slot, kBatch> slots_;
  std::array<Packet, kBatch> packets_;
  std::array<Lookup, kBatch> lookups_;
  std::size_t filled_ = 0;

  bool begun_ = false;
  bool ended_ = false;         ///< `to` was reached, or nobody listens any more
  bool from_reached_ = false;  ///< `from` was
  Nanoseconds from_time_ = 0;  ///< where `from` and `to` are times
  Nanoseconds to_time_ = 0;
  std::vector<Nanoseconds> at_times_;     ///< still to come, the next one last
  std::vector<std::uint64_t> at_frames_;  ///< the same
  bool ran_backwards_ = false;
  UnknownLinks unknown_links_;
  /// With a filter: live connections of which a packet was shown. Their events are shown.
  std::unordered_set<std::uint64_t> shown_;
};

}  // namespace statewall
