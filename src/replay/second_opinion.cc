#include "replay/second_opinion.h"

namespace statewall {

Result<SecondOpinion> SecondOpinion::create(const WorldConfig& config) {
  auto world = World::create(config);
  if (!world) return world.error();
  return SecondOpinion(std::move(*world));
}

void SecondOpinion::packet(Nanoseconds time, const Packet& packet,
                           std::span<const std::uint8_t> frame, State state, bool let_out) {
  world_->advance(time, [](const Event&) {});
  const World::Passage passage = world_->pass(packet, frame, let_out);
  world_->take_events([](const Event&) {});
  ++packets_;
  if (passage.observation.state != state) ++otherwise_;
}

}  // namespace statewall
