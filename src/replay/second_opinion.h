#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "replay/worlds.h"
#include "statewall/packet.h"
#include "statewall/result.h"
#include "statewall/tracker.h"

namespace statewall {

/// The packets of a world once more, by another profile beside it: how many have another state
/// there? So that nobody takes what one profile says for what another firewall does.
class SecondOpinion {
 public:
  static Result<SecondOpinion> create(const WorldConfig& config);

  /// Shows a packet that the first world gave `state`, at `time`; `frame` as in `World::pass`.
  void packet(Nanoseconds time, const Packet& packet, std::span<const std::uint8_t> frame,
              State state, bool let_out = true);

  std::uint64_t packets() const { return packets_; }
  std::uint64_t otherwise() const { return otherwise_; }

 private:
  explicit SecondOpinion(Worlds worlds) : worlds_(std::move(worlds)) {}

  Worlds worlds_;  ///< one
  std::uint64_t packets_ = 0;
  std::uint64_t otherwise_ = 0;
};

}  // namespace statewall
