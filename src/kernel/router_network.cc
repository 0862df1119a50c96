#include "kernel/router_network.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "kernel/failure.h"
#include "kernel/netlink_socket.h"
#include "kernel/route_message.h"
#include "kernel/tap.h"

namespace statewall {
namespace {

using Local = rules::Topology::Local;
using Route = rules::Topology::Route;

constexpr std::uint16_t kCreate = NLM_F_CREATE | NLM_F_EXCL;

std::uint8_t system_family(Family family) { return family == Family::ipv6 ? AF_INET6 : AF_INET; }
std::size_t length_of(Family family) { return family == Family::ipv6 ? 16 : 4; }

std::optional<Error> set_up(NetlinkSocket& socket, const RouterPort& port) {
  RouteMessage message(RTM_NEWLINK, 0, link_up(port.index));
  mnl_attr_put(&message.header(), IFLA_ADDRESS, port.mac.size(), port.mac.data());
  mnl_attr_put_u32(&message.header(), IFLA_MTU, kTapMtu);
  return socket.request(message.header(), "cannot set up the interface " + port.name);
}

std::optional<Error> set_up_loopback(NetlinkSocket& socket) {
  RouteMessage message(RTM_NEWLINK, 0, link_up(if_nametoindex("lo")));
  return socket.request(message.header(), "cannot set up the loopback interface");
}

std::optional<Error> add_address(NetlinkSocket& socket, const Local& local, unsigned index) {
  ifaddrmsg body{};
  body.ifa_family = system_family(local.family);
  const auto whole = static_cast<std::uint8_t>(8 * length_of(local.family));
  body.ifa_prefixlen = local.prefix_length == 0 ? whole : local.prefix_length;
  body.ifa_flags = IFA_F_NODAD;
  body.ifa_index = index;
  RouteMessage message(RTM_NEWADDR, kCreate, body);
  mnl_attr_put(&message.header(), IFA_LOCAL, length_of(local.family), local.address.bytes.data());
  mnl_attr_put(&message.header(), IFA_ADDRESS, length_of(local.family), local.address.bytes.data());
  if (local.family == Family::ipv4 && body.ifa_prefixlen < 31) {
    Address broadcast = local.address;
    for (unsigned bit = body.ifa_prefixlen; bit < 32; ++bit) {
      broadcast.bytes[bit / 8] |= static_cast<std::uint8_t>(0x80 >> bit % 8);
    }
    mnl_attr_put(&message.header(), IFA_BROADCAST, 4, broadcast.bytes.data());
  }
  return socket.request(message.header(), "cannot give the router an address");
}

/// There is nobody else on the link: any next hop does, and it is the destination itself.
std::optional<Error> add_route(NetlinkSocket& socket, const Route& route, unsigned index) {
  rtmsg body{};
  body.rtm_family = system_family(route.family);
  body.rtm_dst_len = route.prefix_length;
  body.rtm_table = RT_TABLE_MAIN;
  body.rtm_protocol = RTPROT_STATIC;
  body.rtm_scope = route.family == Family::ipv6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  body.rtm_type = RTN_UNICAST;
  RouteMessage message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, body);
  mnl_attr_put(&message.header(), RTA_DST, length_of(route.family), route.network.bytes.data());
  mnl_attr_put_u32(&message.header(), RTA_OIF, index);
  return socket.request(message.header(), "cannot give the router a route");
}

Result<Descriptor> join(const Local& group, const RouterPort& port) {
  const bool six = group.family == Family::ipv6;
  Descriptor socket(::socket(system_family(group.family), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return system_failure("cannot make a socket", errno);
  int result = 0;
  if (six) {
    ipv6_mreq request{};
    std::memcpy(&request.ipv6mr_multiaddr, group.address.bytes.data(), 16);
    request.ipv6mr_interface = port.index;
    result =
        ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &request, sizeof request);
  } else {
    ip_mreqn request{};
    std::memcpy(&request.imr_multiaddr, group.address.bytes.data(), 4);
    request.imr_ifindex = static_cast<int>(port.index);
    result = ::setsockopt(socket.number(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
  }
  if (result != 0) return system_failure("cannot join a multicast group", errno);
  return socket;
}

}  // namespace

std::vector<std::string> interface_names(const RouterPlan& plan) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Local& local : plan.locals) add(local.interface);
  for (const Route& route : plan.routes) add(route.interface);
  return names;
}

std::array<std::uint8_t, 6> port_mac(std::size_t place) {
  return {0x02, 0x53, 0x57, 0, 0, static_cast<std::uint8_t>(place + 1)};
}

const RouterPort* RouterNetwork::port(std::string_view name) const {
  const auto found = std::ranges::find(ports, name, &RouterPort::name);
  return found == ports.end() ? nullptr : &*found;
}

const RouterPort* RouterNetwork::port(std::uint32_t index) const {
  const auto found = std::ranges::find(ports, index, &RouterPort::index);
  return found == ports.end() ? nullptr : &*found;
}

Result<RouterNetwork> make_router_network(const RouterPlan& plan) {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE, std::size_t{1} << 16);
  if (!socket) return socket.error();
  if (auto error = set_up_loopback(*socket)) return *error;
  RouterNetwork network;
  for (const std::string& name : interface_names(plan)) {
    RouterPort port;
    port.name = name;
    auto tap = open_tap(name.c_str());
    if (!tap) return tap.error();
    port.tap = std::move(*tap);
    port.index = if_nametoindex(name.c_str());
    port.mac = port_mac(network.ports.size());
    if (auto error = set_up(*socket, port)) return *error;
    network.ports.push_back(std::move(port));
  }
  const unsigned loopback = if_nametoindex("lo");
  for (const Local& local : plan.locals) {
    const RouterPort* port = network.port(local.interface);
    if (auto error = add_address(*socket, local, port ? port->index : loopback)) return *error;
  }
  for (const Route& route : plan.routes) {
    const RouterPort* port = network.port(route.interface);
    if (!port) continue;
    if (auto error = add_route(*socket, route, port->index)) return *error;
  }
  return network;
}

std::optional<Error> join_groups(const RouterPlan& plan, RouterNetwork& network) {
  for (const Local& group : plan.groups) {
    for (const RouterPort& port : network.ports) {
      auto membership = join(group, port);
      if (!membership) return membership.error();
      network.memberships.push_back(std::move(*membership));
    }
  }
  return std::nullopt;
}

}  // namespace statewall
