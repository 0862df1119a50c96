#include "replay/second_opinion.h"

namespace statewall {

Result<SecondOpinion> SecondOpinion::create(const WorldConfig& config) {
  auto worlds = Worlds::create({&config, 1});
  if (!worlds) return worlds.error();
  return SecondOpinion(std::move(*worlds));
}

void SecondOpinion::packet(Nanoseconds time, const Packet& packet,
                           std::span<const std::uint8_t> frame, State state, bool let_out) {
  ++packets_;
  if (worlds_.pass(time, packet, frame, let_out)[0].state != state) ++otherwise_;
}

}  // namespace statewall
