#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/topology.h"
#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

/// One of the router's interfaces: a TAP device.
struct RouterPort {
  std::string name;
  std::uint32_t index = 0;
  std::array<std::uint8_t, 6> mac{};
  Descriptor tap;
};

/// What lies where: the interfaces are those that the addresses and routes name.
struct RouterPlan {
  std::vector<rules::Topology::Local> locals;
  std::vector<rules::Topology::Route> routes;
  /// Multicast groups that the router is in, on every interface (and those that every host is in).
  std::vector<rules::Topology::Local> groups;
};

/// The interfaces of a plan, in the order in which it names them first.
std::vector<std::string> interface_names(const RouterPlan& plan);
/// The Ethernet address of the one at this place.
std::array<std::uint8_t, 6> port_mac(std::size_t place);

/// The router's network, in the calling thread's namespace, which is one of our own.
struct RouterNetwork {
  std::vector<RouterPort> ports;
  std::vector<Descriptor> memberships;  ///< of groups, as long as these are open

  const RouterPort* port(std::string_view name) const;
  const RouterPort* port(std::uint32_t index) const;
};

Result<RouterNetwork> make_router_network(const RouterPlan& plan);

/// It is in the plan's groups from now on, which it says at once to all who hear.
std::optional<Error> join_groups(const RouterPlan& plan, RouterNetwork& network);

}  // namespace statewall
