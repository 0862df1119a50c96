#pragma once

#include "measure/frames.h"
#include "statewall/tracker.h"

namespace statewall::bench {

/// The key of the flow that `echo_frame` begins, where it was given this client and this id.
constexpr FlowKey echo_key(std::uint32_t client, std::uint16_t id) {
  FlowKey key;
  key.first = client_of(client);
  key.second = kServer;
  key.first_port = id;
  key.second_port = 8 << 8;
  key.protocol = protocol::icmp;
  key.family = Family::ipv4;
  return key;
}

}  // namespace statewall::bench
