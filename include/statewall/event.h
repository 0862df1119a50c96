#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "statewall/connection.h"
#include "statewall/time.h"

namespace statewall {

enum class EventKind : std::uint8_t { new_, update, destroy };

/// Why a connection was destroyed.
enum class DestroyCause : std::uint8_t {
  none,     ///< it was not
  replied,  ///< nothing more is expected through it (T9)
  error,    ///< an ICMP error came for it (T13)
  expired,  ///< its time ran out
  evicted,  ///< dropped early, to make room (G4)
  flushed,  ///< the operator deleted it
  reset,    ///< a TCP RST before any reply (E6, E25)
  reopened  ///< a SYN opened the closed connection again, as a new one (E1)
};
inline constexpr std::size_t kDestroyCauses = 8;  ///< with none

/// "NEW", "UPDATE", "DESTROY".
std::string_view name(EventKind kind);
/// "replied", "error", ...; empty for none.
std::string_view name(DestroyCause cause);

struct Event {
  EventKind kind = EventKind::new_;
  DestroyCause cause = DestroyCause::none;
  std::uint8_t sequence = 0;  ///< counts this connection's events, modulo 256: two threads may tell
  Nanoseconds time = 0;
  Connection connection;  ///< as the event left it
};

/// A ring of events, in memory that the caller owns. One thread writes (the tracker that it is
/// given to), one thread reads. The writer never waits: an event that finds no room is counted and
/// lost.
class EventRing {
 public:
  /// REQUIRES: `slots` outlives the ring and is not empty.
  explicit EventRing(std::span<Event> slots) : slots_(slots) {}

  /// Reader: takes the oldest event. False if there is none.
  bool pop(Event& event);

  /// Reader: is there none to take?
  bool empty() const {
    return read_.load(std::memory_order_relaxed) == written_.load(std::memory_order_acquire);
  }

  /// Reader or writer: how many events found no room so far.
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

  /// Writer.
  void push(const Event& event) {
    push_made([&](Event& slot) { slot = event; });
  }

  /// Writer: the event is made where it will lie, by `make(Event&)`, which sets every field.
  template <typename Make>
  void push_made(Make&& make) {
    const std::uint64_t written = written_.load(std::memory_order_relaxed);
    if (written - read_.load(std::memory_order_acquire) == slots_.size()) {
      lost_.store(lost_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return;
    }
    make(slots_[static_cast<std::size_t>(written % slots_.size())]);
    written_.store(written + 1, std::memory_order_release);
  }

 private:
  std::span<Event> slots_;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> read_{0};
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace statewall
