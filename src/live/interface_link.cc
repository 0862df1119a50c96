#include "live/interface_link.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

#include "kernel/failure.h"
#include "system/descriptor.h"

namespace statewall {

Result<LinkType> link_of(const std::string& interface) {
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  if (!socket || ::ioctl(socket.number(), SIOCGIFHWADDR, &request) < 0) {
    return system_failure("cannot look at interface " + interface, errno);
  }
  switch (request.ifr_hwaddr.sa_family) {
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK: return LinkType::ethernet;
    default: return LinkType::raw;
  }
}

}  // namespace statewall
