#include "replay/worlds.h"

#include <utility>

namespace statewall {

Result<Worlds> Worlds::create(std::span<const WorldConfig> configs) {
  Worlds worlds;
  for (const WorldConfig& config : configs) {
    auto world = World::create(config);
    if (!world) return world.error();
    worlds.worlds_.push_back(std::move(*world));
  }
  worlds.observations_.resize(configs.size());
  return worlds;
}

std::span<const Observation> Worlds::pass(Nanoseconds time, const Packet& packet,
                                          std::span<const std::uint8_t> frame, bool let_out) {
  for (std::size_t i = 0; i < worlds_.size(); ++i) {
    while (!worlds_[i]->advance(time)) {
    }
    observations_[i] = worlds_[i]->pass(packet, frame, let_out).observation;
  }
  return observations_;
}

}  // namespace statewall
