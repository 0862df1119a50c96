#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "replay/decision_recorder.h"
#include "replay/feed.h"
#include "replay/merge.h"
#include "replay/playback_config.h"
#include "replay/view.h"
#include "statewall/result.h"

namespace statewall {

/// Who wants to know how it goes.
struct PlaybackTalk {
  std::function<void(const Error&)> problem;       ///< that the exit code tells of
  std::function<void(const std::string&)> remark;  ///< something that a person may want to know
  /// Asked now and then, with the place of the latest frame: false ends the run.
  std::function<bool(std::uint64_t number, std::uint64_t position)> goes_on;
};

/// Plays captures to a world: one, or several merged by time.
class Playback {
 public:
  /// REQUIRES: all that is referred to outlives it.
  Playback(const PlaybackConfig& config, const PlaybackTalk& talk, std::span<View* const> views,
           World& world);

  void run(MergedCaptures& captures);

  /// With rules: what they counted, among others.
  const std::optional<Firewall>& firewall() const { return firewall_; }

 private:
  using Slot = FeedBatch::Slot;

  bool take(const FeedBatch& batch);
  void begin(const FeedBatch::Start& start);
  void play(const Slot& slot, const Packet& packet, const Lookup& lookup);
  void show(const Slot& slot, const Packet& packet, const World::Passage& passage);
  World::Passage cross(const Slot& slot, const Packet& packet);
  void send_answer(const PacketRecord& cause, bool shown);
  void advance(const Slot& slot);
  void show_tables_until(Nanoseconds time);
  void show_tables_after(std::uint64_t frame);
  void show_table(Nanoseconds time);
  void tell_backwards(const Slot& slot, Nanoseconds now);
  void tell_unknown_interface(const Slot& slot);
  void tell(const Event& event);
  bool shows(const Event& event);
  bool is_from(const Slot& slot) const;

  const PlaybackConfig& config_;
  const PlaybackTalk& talk_;
  std::span<View* const> views_;
  World& world_;

  std::array<Lookup, PlaybackConfig::kBatch> lookups_;

  std::optional<Firewall> firewall_;
  Rulesets rulesets_;
  bool asks_for_interfaces_ = false;  ///< a rule does, and no frame without one was told of yet
  DecisionRecorder recorder_;
  const DecisionRecord* decided_ = nullptr;  ///< of the packet under way

  bool begun_ = false;
  bool from_reached_ = false;             ///< `from` was
  Nanoseconds from_time_ = 0;             ///< where `from` is a time
  std::vector<Nanoseconds> at_times_;     ///< still to come, the next one last
  std::vector<std::uint64_t> at_frames_;  ///< the same
  bool ran_backwards_ = false;
  /// With a filter: live connections of which a packet was shown. Their events are shown.
  std::unordered_set<std::uint64_t> shown_;
};

}  // namespace statewall
