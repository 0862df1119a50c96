#include "statewall/event.h"

namespace statewall {

bool EventRing::pop(Event& event) {
  const std::uint64_t read = read_.load(std::memory_order_relaxed);
  if (read == written_.load(std::memory_order_acquire)) return false;
  event = slots_[static_cast<std::size_t>(read % slots_.size())];
  read_.store(read + 1, std::memory_order_release);
  return true;
}

}  // namespace statewall
