#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/memory.h"
#include "bench/track/frames.h"
#include "statewall/tracker.h"

// What a tracker does all day, from bytes to confirmed, one kind of work at a time. The frames are
// made in a ring that stays in cache; the connections are not. The table is made for two threads,
// so that locks are taken, and one works.

namespace statewall::bench {

enum class Work { echo, udp, tcp, new_echo, query_and_reply, error };
inline constexpr std::string_view kWorks[] = {"echo", "udp", "tcp", "new_echo", "query_and_reply",
                                              "error"};

/// Ends the process where the name is none.
inline Work work_of(std::string_view name) {
  const auto* found = std::ranges::find(kWorks, name);
  if (found == std::end(kWorks)) std::abort();
  return static_cast<Work>(found - std::begin(kWorks));
}

class Workload {
 public:
  static constexpr std::size_t kMostBatch = 256;

  Workload(Work work, std::uint32_t flows)
      : work_(work),
        flows_(flows),
        config_(config_for(work, flows)),
        memory_(ConnectionTable::memory_needed(config_)),
        frames_(kMostBatch, frames_of(work)),
        open_(flows) {
    restart();
    // Once through, so that no page is touched for the first time later.
    if (work == Work::new_echo) {
      while (left() != 0) run(std::min<std::size_t>(left(), 32));
      restart();
    }
  }

  /// Handles `batch` packets. How many came out as they should.
  std::size_t run(std::size_t batch) {
    for (std::size_t i = 0; i < batch; ++i) {
      const Choice choice = choose();
      Frame& frame = frames_[i][choice.reply ? 1 : 0];
      frame.set_flow(choice.flow);
      expected_[i] = choice.expected;
      read_frame(frame.bytes(), LinkType::ethernet, frame.bytes().size(), ChecksumMode::automatic,
                 packets_[i]);
    }
    tracker_->prepare(std::span(packets_).first(batch), std::span(lookups_).first(batch));
    now_ += 1000;
    std::size_t right = 0;
    for (std::size_t i = 0; i < batch; ++i) {
      const Observation seen = tracker_->observe(packets_[i], lookups_[i], now_);
      tracker_->confirm();
      right += seen.state == expected_[i] ? 1 : 0;
    }
    return right;
  }

  /// New flows that there are still, before `restart` is called.
  std::size_t left() const { return work_ == Work::new_echo ? flows_ - next_ : kMostBatch; }

  /// An empty table for new flows, one with all flows established for the others.
  void restart() {
    table_ = ConnectionTable::create(config_, memory_.bytes()).table;
    tracker_ = std::make_unique<Tracker>(*table_, 0);
    next_ = 0;
    if (work_ == Work::new_echo || work_ == Work::query_and_reply) return;
    std::vector<Frame> opening = opening_of(work_);
    for (std::uint32_t flow = 0; flow < flows_; ++flow) {
      for (Frame& frame : opening) {
        frame.set_flow(flow);
        tracker_->observe(read_frame(frame.bytes(), LinkType::ethernet, frame.bytes().size()),
                          now_);
        tracker_->confirm();
      }
    }
    if (table_->size() != flows_) std::abort();
  }

  std::size_t memory() const { return memory_.bytes().size(); }

 private:
  struct Choice {
    std::uint32_t flow;
    bool reply;
    State expected;
  };

  Choice choose() {
    if (work_ == Work::new_echo) return {next_++, false, State::new_};
    if (work_ == Work::error) return {random_.below(flows_), false, State::related};
    if (work_ == Work::query_and_reply) {
      const std::uint32_t flow = random_.below(flows_);
      open_[flow] = !open_[flow];
      return {flow, !open_[flow], open_[flow] ? State::new_ : State::established};
    }
    const std::uint32_t choice = random_.below(flows_ * 2);
    return {choice / 2, choice % 2 != 0, State::established};
  }

  static TableConfig config_for(Work work, std::uint32_t flows) {
    TableConfig config;
    config.profile = work == Work::query_and_reply ? tutorial() : linux_6();
    config.profile.icmp_timeout = 86400;
    // Each thread may keep 64 free records back.
    config.profile.max = config.profile.buckets = flows + 128;
    config.threads = 2;
    config.hash_key = {0x0123456789abcdef, 0xfedcba9876543210};
    return config;
  }

  static std::array<Frame, 2> frames_of(Work work) {
    constexpr std::uint8_t kData = tcp_flag::ack | tcp_flag::psh;
    switch (work) {
      case Work::udp: return {udp_frame(false), udp_frame(true)};
      case Work::tcp: return {tcp_frame(false, kData, 10), tcp_frame(true, kData, 10)};
      case Work::error: return {error_frame(), error_frame()};
      default: return {echo_frame(false), echo_frame(true)};
    }
  }

  static std::vector<Frame> opening_of(Work work) {
    using namespace tcp_flag;
    switch (work) {
      case Work::tcp:
        return {tcp_frame(false, syn, 0), tcp_frame(true, syn | ack, 0), tcp_frame(false, ack, 0)};
      case Work::udp:
      case Work::error: return {udp_frame(false), udp_frame(true)};
      default: return {echo_frame(false), echo_frame(true)};
    }
  }

  Work work_;
  std::uint32_t flows_;
  TableConfig config_;
  Memory memory_;
  ConnectionTable* table_ = nullptr;
  std::unique_ptr<Tracker> tracker_;
  Random random_;
  Nanoseconds now_ = 0;
  std::uint32_t next_ = 0;  ///< new flows: the next one
  std::vector<std::array<Frame, 2>> frames_;
  std::vector<bool> open_;  ///< queries that wait for their reply
  std::array<Packet, kMostBatch> packets_;
  std::array<Lookup, kMostBatch> lookups_;
  std::array<State, kMostBatch> expected_;
};

}  // namespace statewall::bench
