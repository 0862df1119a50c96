#pragma once

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>

#include <cstdint>
#include <vector>

// if_nametoindex, whose header clashes with the kernel's
extern "C" unsigned int if_nametoindex(const char* name);

namespace statewall {

/// A message about a link, an address or a route, that libmnl builds. Its buffer holds the few
/// attributes that we send.
template <typename Body>
class RouteMessage {
 public:
  RouteMessage(std::uint16_t type, std::uint16_t flags, const Body& body)
      : buffer_(1024), header_(mnl_nlmsg_put_header(buffer_.data())) {
    header_->nlmsg_type = type;
    header_->nlmsg_flags = flags;
    *static_cast<Body*>(mnl_nlmsg_put_extra_header(header_, sizeof body)) = body;
  }

  nlmsghdr& header() { return *header_; }

 private:
  std::vector<char> buffer_;
  nlmsghdr* header_;
};

/// The link of that index, or one that is to be, goes up.
inline ifinfomsg link_up(unsigned int index = 0) {
  ifinfomsg link{};
  link.ifi_index = static_cast<int>(index);
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
  return link;
}

}  // namespace statewall
