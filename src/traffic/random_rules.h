#pragma once

#include <cstdint>
#include <string>

#include "statewall/address.h"
#include "traffic/random.h"

// Rulesets from a seed, as people write them for iptables-restore, about the hosts and ports of
// generated traffic, so that most rules meet some of its packets.

namespace statewall {

/// Table and chain that a rule stands in, as far as matches and targets depend on it.
struct RulePlaceWords {
  enum class Table : std::uint8_t { raw, mangle, filter };
  Family family = Family::ipv4;
  Table table = Table::filter;
  bool built_in = true;  ///< else a chain that others jump to
  bool comes_in = true;  ///< packets of its hook have an interface that they came in at
  bool goes_out = true;  ///< and one that they go out of
  bool before_routing = false;
};

/// A ruleset of tables raw, mangle and filter, some of them. Everything in it acts the same however
/// fast packets come: nothing is random, and what counts time counts in days. The same seed gives
/// the same text on every machine.
std::string random_ruleset(std::uint64_t seed, Family family);

/// The group that every NFLOG rule of such a ruleset names.
inline constexpr std::uint16_t kRandomNflogGroup = 5;

/// "-p tcp -m tcp --dport 80 -m ttl --ttl-gt 60 ": a protocol, perhaps, and none to three matches.
/// Tells the protocol in `protocol`: 0 if it is open, or what is meant is any but one.
std::string random_matches(Random& random, const RulePlaceWords& place, std::uint32_t number,
                           std::uint8_t& protocol);

/// "-j LOG --log-prefix "7: "", or nothing. `number` is that of the rule, from which it takes
/// names.
std::string random_target(Random& random, const RulePlaceWords& place, std::uint32_t number,
                          std::uint8_t protocol);

}  // namespace statewall
