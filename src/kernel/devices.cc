#include "kernel/devices.h"

#include <linux/if_link.h>

#include <string>
#include <utility>

#include "kernel/netlink_socket.h"
#include "kernel/route_message.h"
#include "kernel/tap.h"

namespace statewall {
namespace {

constexpr const char* kBridge = "bridge";
constexpr std::uint32_t kQueueLength = 16;  // nobody reads the frames that come out

std::optional<Error> make_bridge(NetlinkSocket& socket) {
  RouteMessage message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, link_up());
  nlmsghdr* const header = &message.header();
  mnl_attr_put_strz(header, IFLA_IFNAME, kBridge);
  nlattr* const info = mnl_attr_nest_start(header, IFLA_LINKINFO);
  mnl_attr_put_strz(header, IFLA_INFO_KIND, "bridge");
  nlattr* const data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
  mnl_attr_put_u32(header, IFLA_BR_STP_STATE, 0);
  mnl_attr_put_u32(header, IFLA_BR_FORWARD_DELAY, 0);
  mnl_attr_put_u8(header, IFLA_BR_MCAST_SNOOPING, 0);
  mnl_attr_nest_end(header, data);
  mnl_attr_nest_end(header, info);
  return socket.request(*header, "this kernel makes no bridge");
}

std::optional<Error> put_on_bridge(NetlinkSocket& socket, const char* name) {
  RouteMessage message(RTM_NEWLINK, 0, link_up(if_nametoindex(name)));
  nlmsghdr* const header = &message.header();
  mnl_attr_put_u32(header, IFLA_MASTER, if_nametoindex(kBridge));
  mnl_attr_put_u32(header, IFLA_MTU, kTapMtu);
  mnl_attr_put_u32(header, IFLA_TXQLEN, kQueueLength);
  return socket.request(*header, "cannot put a TAP device on the bridge");
}

std::optional<Error> stop_learning(NetlinkSocket& socket, const char* name) {
  RouteMessage message(RTM_NEWLINK, 0, link_up(if_nametoindex(name)));
  nlmsghdr* const header = &message.header();
  nlattr* const info = mnl_attr_nest_start(header, IFLA_LINKINFO);
  mnl_attr_put_strz(header, IFLA_INFO_SLAVE_KIND, "bridge");
  nlattr* const data = mnl_attr_nest_start(header, IFLA_INFO_SLAVE_DATA);
  mnl_attr_put_u8(header, IFLA_BRPORT_LEARNING, 0);
  mnl_attr_nest_end(header, data);
  mnl_attr_nest_end(header, info);
  return socket.request(*header, "cannot set up a port of the bridge");
}

}  // namespace

Result<Devices> make_devices() {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE, std::size_t{1} << 16);
  if (!socket) return socket.error();
  if (auto error = make_bridge(*socket)) return *error;
  Devices devices;
  for (const auto& [name, tap] : {std::pair("in", &devices.in), std::pair("out", &devices.out)}) {
    auto opened = open_tap(name);
    if (!opened) return opened.error();
    *tap = std::move(*opened);
    if (auto error = put_on_bridge(*socket, name)) return *error;
    if (auto error = stop_learning(*socket, name)) return *error;
  }
  return devices;
}

}  // namespace statewall
