#include "kernel/tap.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "kernel/failure.h"

namespace statewall {

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

}  // namespace statewall
