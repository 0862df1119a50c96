#include "report/connection_json.h"

#include "report/json_members.h"
#include "report/table_text.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

/// One direction, with what passed in it where that is counted (switch acct).
void append_counted_tuple(Buffer& out, std::string_view key, const Tuple& tuple,
                          const Connection& connection, const Connection::Count& count) {
  append_json_open_tuple(out, key, tuple);
  if (connection.counted) {
    append_json_number(out, "packets", count.packets);
    append_json_number(out, "bytes", count.bytes);
  }
  append(out, "}");
}

}  // namespace

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
  append_counted_tuple(out, "orig", connection.original, connection, connection.original_count);
  append_counted_tuple(out, "reply", connection.reply, connection, connection.reply_count);
  append_json_status(out, connection);
  append_json_number(out, "mark", connection.mark);
  if (connection.zone != 0) append_json_number(out, "zone", connection.zone);
  append(out, "}");
}

}  // namespace statewall
