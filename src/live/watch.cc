#include "live/watch.h"

#include <net/if.h>

#include <span>

#include "live/interface_link.h"
#include "live/packet_port.h"

namespace statewall {
Result<std::unique_ptr<Watch>> Watch::open(const std::string& interface) {
  const auto link = link_of(interface);
  if (!link) return link.error();
  // What a machine sends to itself comes by once more, coming in.
  const bool outgoing = interface != "lo";
  auto port = PacketPort::open({.interface = interface, .outgoing = outgoing});
  if (!port) return port.error();
  return std::unique_ptr<Watch>(new Watch(interface, *link, std::move(*port)));
}

std::optional<Error> Watch::serve(EngineWorker& worker) {
  constexpr int kBatches = 16;  // then others have their turn
  for (int i = 0; i < kBatches; ++i) {
    const std::size_t count = port_->receive(frames_);
    live_.clear();
    for (const PortFrame& frame : std::span(frames_).first(count)) {
      LiveFrame& live = live_.emplace_back();
      live.bytes = frame.bytes;
      live.link = link_;
      live.checksums = frame.checksums();
      live.in = interface_;
    }
    worker.handle(live_, *this);
    port_->release();
    SourceCounters::add(counters_.received, count);
    if (count < kBatch) break;
  }
  return std::nullopt;
}

std::optional<std::string> Watch::tick(Nanoseconds) {
  SourceCounters::add(counters_.lost, port_->take_lost());
  if (gone_ || ::if_nametoindex(interface_.c_str()) != 0) return std::nullopt;
  gone_ = true;
  return "interface " + interface_ + " vanished: there is nothing more to see";
}

}  // namespace statewall
