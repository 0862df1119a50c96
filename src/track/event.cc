#include "statewall/event.h"

namespace statewall {

void EventRing::push(const Event& event) {
  const std::uint64_t written = written_.load(std::memory_order_relaxed);
  if (written - read_.load(std::memory_order_acquire) == slots_.size()) {
    lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return;
  }
  slots_[static_cast<std::size_t>(written % slots_.size())] = event;
  written_.store(written + 1, std::memory_order_release);
}

bool EventRing::pop(Event& event) {
  const std::uint64_t read = read_.load(std::memory_order_relaxed);
  if (read == written_.load(std::memory_order_acquire)) return false;
  event = slots_[static_cast<std::size_t>(read % slots_.size())];
  read_.store(read + 1, std::memory_order_release);
  return true;
}

}  // namespace statewall
