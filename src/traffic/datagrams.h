#pragma once

#include "traffic/draft.h"

// Protocols whose packets know little of each other.

namespace statewall {

/// Two ends that send each other UDP or UDP-Lite, with checksums and lengths that are right, absent
/// or wrong.
class UdpTalk {
 public:
  UdpTalk(Random& random, TrafficKind kind, std::uint32_t wrong, std::uint32_t ipv6);

  Draft next(Random& random);

 private:
  void begin(Random& random);

  TrafficKind kind_;
  std::uint32_t wrong_;
  std::uint32_t ipv6_;
  Ends ends_;
  std::uint16_t port_a_ = 0;
  std::uint16_t port_b_ = 0;
};

/// GRE of version 0 and 1, with and without key, sequence number and checksum.
Draft random_gre(Random& random, std::uint32_t wrong, std::uint32_t ipv6);

/// Protocols without a tracker of their own, tunnels, and ICMP in the family that it is not of.
Draft random_other(Random& random, std::uint32_t ipv6);

}  // namespace statewall
