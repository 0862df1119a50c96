#include "kernel/devices.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "kernel/failure.h"
#include "kernel/netlink_socket.h"

// if_nametoindex, whose header clashes with the kernel's
extern "C" unsigned int if_nametoindex(const char* name);

namespace statewall {
namespace {

constexpr const char* kBridge = "bridge";
constexpr std::uint32_t kMtu = 65521;       // the most that a TAP device takes
constexpr std::uint32_t kQueueLength = 16;  // nobody reads the frames that come out

Result<Descriptor> open_tap(const char* name) {
  constexpr const char* kTun = "/dev/net/tun";
  Descriptor tap(::open(kTun, O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!tap) return system_failure(std::string("no TAP device: cannot open ") + kTun, errno);
  ifreq request{};
  std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (::ioctl(tap.number(), TUNSETIFF, &request) != 0) {
    return system_failure("cannot make a TAP device", errno);
  }
  return tap;
}

/// A message about a link that libmnl builds. Its buffer holds the few attributes that we send.
class LinkMessage {
 public:
  explicit LinkMessage(std::uint16_t type, std::uint16_t flags, int index = 0)
      : buffer_(1024), header_(mnl_nlmsg_put_header(buffer_.data())) {
    header_->nlmsg_type = type;
    header_->nlmsg_flags = flags;
    auto* link = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(ifinfomsg)));
    link->ifi_index = index;
    link->ifi_flags = IFF_UP;
    link->ifi_change = IFF_UP;
  }

  nlmsghdr& header() { return *header_; }
  nlmsghdr* operator->() { return header_; }

 private:
  std::vector<char> buffer_;
  nlmsghdr* header_;
};

std::optional<Error> make_bridge(NetlinkSocket& socket) {
  LinkMessage message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
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
  LinkMessage message(RTM_NEWLINK, 0, static_cast<int>(if_nametoindex(name)));
  nlmsghdr* const header = &message.header();
  mnl_attr_put_u32(header, IFLA_MASTER, if_nametoindex(kBridge));
  mnl_attr_put_u32(header, IFLA_MTU, kMtu);
  mnl_attr_put_u32(header, IFLA_TXQLEN, kQueueLength);
  return socket.request(*header, "cannot put a TAP device on the bridge");
}

std::optional<Error> stop_learning(NetlinkSocket& socket, const char* name) {
  LinkMessage message(RTM_NEWLINK, 0, static_cast<int>(if_nametoindex(name)));
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
