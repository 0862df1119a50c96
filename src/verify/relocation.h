#pragma once

#include <cstddef>
#include <map>

#include "verify/rules_campaign.h"

namespace statewall {

/// Moves the hosts of a capture into the network of `generated_plan`, where rules and routes meet
/// them: each to a place of its own, the first ones to the hosts of generated traffic, one of which
/// is the router itself. Groups become groups that the router is in; nobody (0.0.0.0, ::) and
/// everybody (255.255.255.255) stay. The same packets in the same order always move alike.
class Relocation {
 public:
  /// `turn` is the place of the host that speaks first among those of generated traffic.
  explicit Relocation(std::size_t turn) : turn_(turn) {}

  /// Puts other addresses in place of the packet's own and of those in the packet that its ICMP
  /// error quotes, and mends the checksums over them: what was wrong before stays wrong. A packet
  /// whose header cannot be read stays as it is.
  void move(RulesPacket& packet);

 private:
  Address place_of(const Address& address, Family family);

  std::size_t turn_;
  std::map<Address, Address> places4_, places6_;
};

}  // namespace statewall
