#include "live/watch.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <span>

#include "kernel/failure.h"
#include "live/packet_port.h"
#include "system/descriptor.h"

namespace statewall {
namespace {

/// What frames of an interface begin with: Ethernet, or IP itself.
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

}  // namespace

Result<std::unique_ptr<Watch>> Watch::open(const std::string& interface) {
  const auto link = link_of(interface);
  if (!link) return link.error();
  // What a machine sends to itself comes by once more, coming in.
  const bool outgoing = interface != "lo";
  auto port = PacketPort::open({interface, std::nullopt, outgoing});
  if (!port) return port.error();
  return std::unique_ptr<Watch>(new Watch(interface, *link, std::move(*port)));
}

std::optional<Error> Watch::serve(EngineWorker& worker) {
  for (;;) {
    const std::size_t count = port_->receive(frames_);
    live_.clear();
    for (const PortFrame& frame : std::span(frames_).first(count)) {
      LiveFrame& live = live_.emplace_back();
      live.bytes = frame.bytes;
      live.link = link_;
      live.checksums = frame.checksum_not_ready() ? ChecksumMode::automatic : ChecksumMode::verify;
      live.in = interface_;
    }
    worker.handle(live_, *this);
    port_->release();
    SourceCounters::add(counters_.received, count);
    if (count < kBatch) return std::nullopt;
  }
}

std::optional<std::string> Watch::tick(Nanoseconds) {
  SourceCounters::add(counters_.lost, port_->take_lost());
  return std::nullopt;
}

}  // namespace statewall
