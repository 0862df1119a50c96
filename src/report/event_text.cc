#include "report/event_text.h"

#include "report/connection_json.h"
#include "report/json_members.h"
#include "report/table_text.h"
#include "report/time_text.h"
#include "statewall/packet.h"

namespace statewall {

void append_event_line(Buffer& out, const Event& event) {
  const Connection& connection = event.connection;
  const bool over = event.kind == EventKind::destroy;
  append(out, "[");
  append_seconds(out, event.time, 6);
  append(out, "]\t{:>9} ", fmt::format("[{}]", name(event.kind)));
  append_table_protocol(out, connection.original.protocol);
  if (!over) {
    append(out, "{} ", seconds_left(connection, event.time));
    if (connection.original.protocol == protocol::tcp)
      append(out, "{} ", name(connection.tcp_state));
  }
  append_tuple(out, connection.original);
  if (!(connection.status & status::seen_reply)) append(out, "[UNREPLIED] ");
  append_tuple(out, connection.reply);
  if (connection.status & status::assured) append(out, "[ASSURED] ");
  append(out, "id={}", connection.id.number);
  if (over) append(out, " cause={}", name(event.cause));
}

void append_event_json(Buffer& out, std::string_view file, const Event& event) {
  append_json_begin(out, "event", file);
  append_json_time(out, "ts", event.time);
  append_json_member(out, "event", name(event.kind));
  if (event.cause == DestroyCause::none) {
    append_json_null(out, "cause");
  } else {
    append_json_member(out, "cause", name(event.cause));
  }
  append_json_number(out, "conn", event.connection.id.number);
  append_json_protocol(out, event.connection.original.protocol);
  if (event.kind != EventKind::destroy) {
    append(out, ",\"timeout\":{}", seconds_left(event.connection, event.time));
  }
  append_json_tuple(out, "orig", event.connection.original);
  append_json_tuple(out, "reply", event.connection.reply);
  append_json_status(out, event.connection);
  append(out, "}");
}

}  // namespace statewall
