#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "measure/batch.h"
#include "measure/frames.h"
#include "measure/random.h"
#include "statewall/tracker.h"

// What a tracker does all day, from bytes to confirmed, one kind of work at a time. The frames are
// made in a ring that stays in cache, apart from what is measured; the connections do not. The
// table is made for two threads, so that locks are taken, and one works.

namespace statewall::bench {

enum class Work { echo, udp, tcp, new_echo, query_and_reply, error };

struct WorkName {
  Work work;
  std::string_view slug;   ///< in JSON, and on the command line of a benchmark
  std::string_view words;  ///< for people
};
inline constexpr WorkName kWorks[] = {
    {Work::echo, "echo", "echo"},
    {Work::udp, "udp", "UDP"},
    {Work::tcp, "tcp", "TCP"},
    {Work::new_echo, "new_echo", "new echo"},
    {Work::query_and_reply, "query_and_reply", "query and reply"},
    {Work::error, "error", "ICMP error"},
};

constexpr const WorkName& name_of(Work work) { return kWorks[static_cast<std::size_t>(work)]; }
std::optional<Work> work_of(std::string_view slug);

/// The profile that this work is done by.
std::string_view profile_of(Work work);

class Workload {
 public:
  static constexpr std::size_t kRing = Batch::kMost;

  static std::size_t memory_needed(Work work, std::uint32_t flows);

  /// The table is made and filled here, which takes a while.
  ///
  /// REQUIRES: `memory` has `memory_needed` bytes, aligned to 64, and outlives this.
  Workload(Work work, std::uint32_t flows, std::span<std::byte> memory);

  /// Makes the frames of the next `packets` packets.
  ///
  /// REQUIRES: `packets` is neither above kRing nor above `left`; those made before were handled.
  void make(std::size_t packets);

  /// Handles all that were made, in batches of `batch`. How many came out as they should.
  std::size_t handle(std::size_t batch);

  /// Packets that there are still before `restart` is called. Only new flows come to an end.
  std::size_t left() const {
    return work_ == Work::new_echo ? flows_ - next_ : std::numeric_limits<std::size_t>::max();
  }

  /// An empty table for new flows and for queries, one with all flows established for the others.
  void restart();

 private:
  struct Choice {
    std::uint32_t flow;
    bool reply;
    State expected;
  };

  template <Work work>
  Choice choose();
  template <Work work>
  void make_frames(std::size_t packets);
  void establish();
  void go_through();

  Work work_;
  std::uint32_t flows_;
  TableConfig config_;
  std::span<std::byte> memory_;
  ConnectionTable* table_ = nullptr;
  std::unique_ptr<Tracker> tracker_;
  Random random_;
  Nanoseconds now_ = 0;
  std::uint32_t next_ = 0;  ///< new flows: the next one
  std::array<Frame, 2> frames_;
  std::vector<Frame::Bytes> ring_;
  std::vector<bool> open_;  ///< queries that wait for their reply
  Batch batch_;
};

}  // namespace statewall::bench
