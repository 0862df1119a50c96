#pragma once

#include "report/buffer.h"
#include "statewall/event.h"

namespace statewall {

/// An event as `conntrack -E -o timestamp,id` prints it (spec F16), without its newline, and with
/// the cause of an end, which conntrack does not tell. `id` is the number of the connection.
///
///     [1795382026.947905]\t    [NEW] icmp     1 30 src=... id=1
///     [1795382026.947988]\t[DESTROY] icmp     1 src=... id=1 cause=replied
void append_event_line(Buffer& out, const Event& event);

/// The same as JSON, "type":"event"; `file` is the capture.
void append_event_json(Buffer& out, std::string_view file, const Event& event);

}  // namespace statewall
