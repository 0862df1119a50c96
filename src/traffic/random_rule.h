#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "traffic/random_rules.h"

// How matches of random rules are written.

namespace statewall {

/// A rule whose matches are written.
struct RandomRule {
  Random& random;
  const RulePlaceWords& place;
  std::uint32_t number;

  bool six() const { return place.family == Family::ipv6; }

  /// "! ", one time in four.
  std::string_view perhaps_not() { return random.one_in(4) ? "! " : ""; }

  /// "[!] OPTION VALUE ".
  std::string option(std::string_view name, std::string_view value) {
    return fmt::format("{}{} {} ", perhaps_not(), name, value);
  }
  std::string option(std::string_view name, std::uint32_t value) {
    return fmt::format("{}{} {} ", perhaps_not(), name, value);
  }
};

/// "-p tcp -m tcp --dport 80 ", and the protocol; 0 if what is meant is any but one.
std::string random_protocol(RandomRule& rule, std::uint8_t& protocol);

/// "-m ah --ahspi 0:100 ": of a protocol in IPv4, of an extension header in IPv6.
std::string random_ah(RandomRule& rule);

}  // namespace statewall
