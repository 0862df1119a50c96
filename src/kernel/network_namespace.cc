#include "kernel/network_namespace.h"

#include <fcntl.h>
#include <sched.h>

#include <cerrno>
#include <string>

#include "kernel/failure.h"

namespace statewall {
namespace {

constexpr const char* kOwn = "/proc/thread-self/ns/net";

Descriptor open_own() { return Descriptor(::open(kOwn, O_RDONLY | O_CLOEXEC)); }

Error refused(int number) {
  switch (number) {
    case EPERM:
      return failure(
          "only root can make a network namespace to ask the kernel in (it takes CAP_SYS_ADMIN)");
    case EINVAL:
    case ENOSYS: return failure("this kernel has no network namespaces");
    case ENOSPC: return failure("this machine allows no further network namespace");
    default: return system_failure("cannot make a network namespace", number);
  }
}

}  // namespace

Result<NetworkNamespace> NetworkNamespace::create() {
  const Descriptor home = open_own();
  if (!home) return system_failure(std::string("cannot open ") + kOwn, errno);
  if (::unshare(CLONE_NEWNET) != 0) return refused(errno);
  Descriptor handle = open_own();
  const int problem = errno;
  if (::setns(home.number(), CLONE_NEWNET) != 0) {
    return system_failure("cannot leave the network namespace again", errno);
  }
  if (!handle) return system_failure(std::string("cannot open ") + kOwn, problem);
  return NetworkNamespace(std::move(handle));
}

Result<NetworkNamespace::Visit> NetworkNamespace::Visit::begin(const NetworkNamespace& where) {
  Descriptor home = open_own();
  if (!home) return system_failure(std::string("cannot open ") + kOwn, errno);
  if (::setns(where.handle_.number(), CLONE_NEWNET) != 0) {
    return system_failure("cannot enter the network namespace", errno);
  }
  return Visit(std::move(home));
}

NetworkNamespace::Visit::~Visit() {
  // The way back was there before; a thread that is lost in the namespace changes nothing else.
  if (home_) (void)::setns(home_.number(), CLONE_NEWNET);
}

}  // namespace statewall
