#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "traffic/datagrams.h"
#include "traffic/draft.h"
#include "traffic/errors.h"
#include "traffic/mix.h"
#include "traffic/query_talk.h"
#include "traffic/random.h"
#include "traffic/sctp_talk.h"
#include "traffic/tcp_talk.h"

namespace statewall {

/// What is known of a packet that was made.
struct TrafficNote {
  TrafficKind kind = TrafficKind::other;
  Family family = Family::ipv4;  ///< that it was made for, whatever its version nibble says
  bool fragment = false;
  bool right = false;  ///< it can be read without an error, and no checksum is wrong
};

/// Hostile traffic: whole IP packets, one after the other, aimed at where trackers go wrong. A few
/// talks go on side by side between few hosts and ports, so that they collide; each is played right
/// most of the time, so that it gets deep, and wrong in one detail some of the time. The same seed
/// and mix give the same packets on every machine.
class Traffic {
 public:
  /// No packet is longer.
  static constexpr std::size_t kLongest = 1500;

  explicit Traffic(std::uint64_t seed, const TrafficMix& mix = {});

  /// Makes `packet` the next one.
  TrafficNote next(std::vector<std::uint8_t>& packet);

 private:
  struct Waiting {
    Octets packet;
    TrafficNote note;
  };

  Draft make(TrafficKind kind);
  bool cut(const Octets& packet, TrafficNote note);
  TrafficNote next_waiting(std::vector<std::uint8_t>& packet);

  Random random_;
  TrafficMix mix_;
  std::vector<TcpTalk> tcp_;
  std::vector<SctpTalk> sctp_;
  std::vector<QueryTalk> queries_;
  std::vector<UdpTalk> udp_;
  std::vector<UdpTalk> udp_lite_;
  History history_;
  std::deque<Waiting> waiting_;  ///< fragments
};

}  // namespace statewall
