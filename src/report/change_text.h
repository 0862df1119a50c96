#pragma once

#include <optional>
#include <string>
#include <vector>

#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/time.h"

namespace statewall {

/// What a packet changed of a connection, in words: "timer restarted: 30 s, 12.5 s were left",
/// "[UNREPLIED] gone", "destroyed: ...". `before` is nothing if the packet opened it, `after` if it
/// ended; `id` is that connection in any case. Empty if nothing changed.
std::vector<std::string> change_texts(ConnectionId id, const std::optional<Connection>& before,
                                      const std::optional<Connection>& after,
                                      const std::vector<Event>& events, Nanoseconds now);

/// "replied: nothing more is expected through it": why a connection ended. REQUIRES: it has.
std::string end_text(DestroyCause cause);

/// What a connection has left to live, in whole milliseconds, as the tracker counts: "29.999 s".
std::string time_left(const Connection& connection, Nanoseconds now);

/// Seconds as short as they are exact, with a unit: "30 s", "0.25 s", "0.000071 s".
std::string short_span(std::uint64_t nanoseconds);

}  // namespace statewall
