#pragma once

#include <array>

#include "traffic/draft.h"

namespace statewall {

/// The packets of a moment ago.
class History {
 public:
  void add(const Octets& packet, TrafficKind kind);
  bool empty() const { return count_ == 0; }

  struct Sent {
    Octets packet;
    TrafficKind kind = TrafficKind::other;
  };
  /// One of them, a late one rather than an early one. REQUIRES: not empty.
  const Sent& recent(Random& random) const;

 private:
  static constexpr std::size_t kKept = 64;

  std::array<Sent, kKept> sent_;
  std::size_t count_ = 0;
};

/// An error of ICMP or ICMPv6 about one of them, or about what it would have been answered: to its
/// sender or to somebody else, the quote cut anywhere, and changed. REQUIRES: `history` is not
/// empty.
Draft random_error(Random& random, const History& history, std::uint32_t wrong);

}  // namespace statewall
