#include "report/connection_json.h"

#include "report/json_members.h"
#include "report/table_text.h"
#include "statewall/packet.h"

namespace statewall {

void append_json_status(Buffer& out, const Connection& connection) {
  if (connection.original.protocol == protocol::tcp) {
    append_json_member(out, "tcp_state", name(connection.tcp_state));
  }
  append_json_flag(out, "unreplied", (connection.status & status::seen_reply) == 0);
  append_json_flag(out, "assured", (connection.status & status::assured) != 0);
}

void append_connection_json(Buffer& out, std::string_view file, const Connection& connection,
                            Nanoseconds now) {
  append_json_begin(out, "connection", file);
  append_json_time(out, "ts", now);
  append_json_number(out, "conn", connection.id.number);
  append_json_protocol(out, connection.original.protocol);
  append(out, ",\"timeout\":{}", seconds_left(connection, now));
  append_json_tuple(out, "orig", connection.original);
  append_json_tuple(out, "reply", connection.reply);
  append_json_status(out, connection);
  append_json_number(out, "mark", connection.mark);
  append(out, "}");
}

}  // namespace statewall
