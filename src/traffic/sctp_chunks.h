#pragma once

#include "traffic/draft.h"

namespace statewall {

/// Chunk types of SCTP (RFC 9260 3.2).
namespace sctp_chunk {
inline constexpr std::uint8_t data = 0, init = 1, init_ack = 2, sack = 3, heartbeat = 4,
                              heartbeat_ack = 5, abort = 6, shutdown = 7, shutdown_ack = 8,
                              error = 9, cookie_echo = 10, cookie_ack = 11, shutdown_complete = 14;
}

}  // namespace statewall
