#pragma once

#include <string_view>

#include "report/buffer.h"
#include "statewall/connection.h"
#include "statewall/time.h"

namespace statewall {

/// "type":"connection": one entry of the table of `file` at `now`.
void append_connection_json(Buffer& out, std::string_view file, const Connection& connection,
                            Nanoseconds now);

/// The members that tell of a connection's status: tcp_state (TCP), unreplied, assured.
void append_json_status(Buffer& out, const Connection& connection);

}  // namespace statewall
