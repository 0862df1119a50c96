#pragma once

#include <memory>
#include <span>
#include <vector>

#include "replay/world.h"
#include "statewall/packet.h"
#include "statewall/result.h"
#include "statewall/tracker.h"

namespace statewall {

/// Several worlds that see the same packets at the same times, and differ in their profiles. Their
/// events are thrown away.
class Worlds {
 public:
  Worlds() = default;  ///< none
  static Result<Worlds> create(std::span<const WorldConfig> configs);

  /// Moves each clock on to `time`, shows the packet of this frame to each tracker and lets it out,
  /// or not.
  /// What it is to each of them, in the order of the configurations; valid until the next call.
  std::span<const Observation> pass(Nanoseconds time, const Packet& packet,
                                    std::span<const std::uint8_t> frame = {}, bool let_out = true);

  /// REQUIRES: there are more worlds than `index`.
  const World& at(std::size_t index) const { return *worlds_[index]; }
  std::size_t size() const { return worlds_.size(); }

 private:
  std::vector<std::unique_ptr<World>> worlds_;
  std::vector<Observation> observations_;
};

}  // namespace statewall
