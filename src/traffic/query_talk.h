#pragma once

#include "traffic/draft.h"

namespace statewall {

/// A host that asks another by ICMP or ICMPv6, again and again: replies come late, twice, or from
/// somebody else.
class QueryTalk {
 public:
  QueryTalk(Random& random, std::uint32_t wrong, std::uint32_t ipv6);

  Draft next(Random& random);

 private:
  void begin(Random& random);

  std::uint32_t wrong_;
  std::uint32_t ipv6_;
  Ends ends_;
  std::uint8_t query_ = 8;  ///< types
  std::uint8_t reply_ = 0;
  std::uint8_t code_ = 0;
  std::uint16_t id_ = 0;
  std::uint16_t sequence_ = 0;
};

/// Any other message of ICMP or ICMPv6, of any type and any length: router and neighbour
/// discovery, multicast listeners, what IANA never assigned.
Draft other_icmp(Random& random, std::uint32_t ipv6_per_mille);

}  // namespace statewall
