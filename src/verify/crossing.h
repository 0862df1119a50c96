#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/router_network.h"
#include "rules/topology.h"
#include "statewall/address.h"
#include "statewall/packet.h"

namespace statewall {

/// How a packet is shown to a router, and to us beside it.
struct Crossing {
  enum class Kind : std::uint8_t {
    comes_in,  ///< `frame`, at `interface`
    sent,      ///< by the router itself: the packet
    left_out   ///< a router makes something of it that no rule has a say in: `why`
  };
  Kind kind = Kind::left_out;
  std::string_view why = {};
  std::string_view interface = {};
  /// Ethernet: from the host that has the packet's source address, to the router or to the group.
  std::vector<std::uint8_t> frame = {};
};

/// Where packets come in, by their source; and which cannot be compared. A router answers some by
/// itself, discards others behind its lookup of the route, and changes options on their way: none
/// of that is in a ruleset.
class Crossings {
 public:
  explicit Crossings(const RouterPlan& plan);

  /// `family` is what the link says, whatever the packet's first bits do.
  Crossing of(std::span<const std::uint8_t> packet, Family family) const;

  const rules::Topology& topology() const { return topology_; }

 private:
  friend struct Situation;
  bool joined(const Address& group, Family family) const;
  std::vector<std::uint8_t> frame(std::span<const std::uint8_t> packet, Family family,
                                  const Headers& headers, std::string_view interface) const;

  std::vector<std::string> interfaces_;
  std::vector<rules::Topology::Local> groups_;
  rules::Topology topology_;
};

}  // namespace statewall
