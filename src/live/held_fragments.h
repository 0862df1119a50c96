#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "statewall/time.h"

namespace statewall {

/// Frames that are fragments, by the datagram whose fate they wait for. Bounded: where there are
/// too many, the oldest datagram is given up. `Frame` is what must be kept of one.
template <typename Frame>
class HeldFragments {
 public:
  /// A frame is given up after `patience`, if nothing was heard of its datagram.
  HeldFragments(std::size_t most, Nanoseconds patience) : most_(most), patience_(patience) {}

  /// `give_up(Frame&&)` gets those that had to make room.
  template <typename GiveUp>
  void hold(std::uint64_t datagram, Frame frame, Nanoseconds now, GiveUp&& give_up) {
    while (count_ >= most_ && !datagrams_.empty()) give_up_oldest(give_up);
    auto [place, begun] = datagrams_.try_emplace(datagram);
    if (begun) place->second.since = now;
    place->second.frames.push_back(std::move(frame));
    ++count_;
  }

  /// Those of a datagram whose fate is known, in the order in which they came.
  std::vector<Frame> take(std::uint64_t datagram) {
    const auto found = datagrams_.find(datagram);
    if (found == datagrams_.end()) return {};
    std::vector<Frame> frames = std::move(found->second.frames);
    count_ -= frames.size();
    datagrams_.erase(found);
    return frames;
  }

  template <typename GiveUp>
  void expire(Nanoseconds now, GiveUp&& give_up) {
    while (!datagrams_.empty() && now - datagrams_.begin()->second.since > patience_) {
      give_up_oldest(give_up);
    }
  }

  std::size_t size() const { return count_; }

 private:
  struct Datagram {
    Nanoseconds since = 0;
    std::vector<Frame> frames;
  };

  template <typename GiveUp>
  void give_up_oldest(GiveUp&& give_up) {
    const auto oldest = datagrams_.begin();
    count_ -= oldest->second.frames.size();
    for (Frame& frame : oldest->second.frames) give_up(std::move(frame));
    datagrams_.erase(oldest);
  }

  const std::size_t most_;
  const Nanoseconds patience_;
  std::size_t count_ = 0;
  std::map<std::uint64_t, Datagram> datagrams_;  ///< numbered in the order in which they began
};

/// How long fragments can matter under a profile: as long as the slower family waits for the rest.
inline Nanoseconds fragment_patience(std::uint32_t ipv4_seconds, std::uint32_t ipv6_seconds) {
  return (Nanoseconds{ipv4_seconds > ipv6_seconds ? ipv4_seconds : ipv6_seconds} + 1) *
         kNanosecondsPerSecond;
}

}  // namespace statewall
