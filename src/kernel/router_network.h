#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/descriptor.h"
#include "rules/topology.h"
#include "statewall/result.h"

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

/// The router's network, in the calling thread's namespace, which is one of our own.
struct RouterNetwork {
  std::vector<RouterPort> ports;
  std::vector<Descriptor> memberships;  ///< of groups, as long as these are open

  const RouterPort* port(std::string_view name) const;
  const RouterPort* port(std::uint32_t index) const;
};

Result<RouterNetwork> make_router_network(const RouterPlan& plan);

}  // namespace statewall
