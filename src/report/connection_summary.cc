#include "report/connection_summary.h"

#include "report/address_text.h"
#include "report/connection_json.h"
#include "report/json_members.h"
#include "report/table_text.h"
#include "report/time_text.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

void append_times(Buffer& out, Nanoseconds first, Nanoseconds last) {
  append_time_of_day(out, first);
  append(out, "-");
  append_time_of_day(out, last);
}

void append_direction(Buffer& out, const Tuple& tuple, const Passed& passed) {
  append_tuple(out, tuple);
  append(out, "packets={} bytes={} ", passed.packets, passed.bytes);
}

void append_direction_json(Buffer& out, std::string_view key, const Tuple& tuple,
                           const Passed& passed) {
  append_json_open_tuple(out, key, tuple);
  append_json_number(out, "packets", passed.packets);
  append_json_number(out, "bytes", passed.bytes);
  append(out, "}");
}

}  // namespace

void append_summary_line(Buffer& out, const ConnectionSummary& summary) {
  const Connection& connection = summary.connection;
  append(out, "#{} ", connection.id.number);
  append_times(out, summary.first, summary.last);
  append(out, " ");
  append_table_protocol(out, connection.original.protocol);
  if (connection.original.protocol == protocol::tcp) append(out, "{} ", name(connection.tcp_state));
  append_direction(out, connection.original, summary.original);
  if (!(connection.status & status::seen_reply)) append(out, "[UNREPLIED] ");
  append_direction(out, connection.reply, summary.reply);
  if (connection.status & status::assured) append(out, "[ASSURED] ");
  append(out, "errors={} end={}", summary.errors,
         summary.cause == DestroyCause::none ? "open" : name(summary.cause));
  if (!summary.asks) return;
  append(out, " ");
  append_queries(out, summary.queries);
}

void append_summary_json(Buffer& out, std::string_view file, const ConnectionSummary& summary) {
  const Connection& connection = summary.connection;
  append_json_begin(out, "connection_end", file);
  append_json_time(out, "ts", summary.end);
  append_json_number(out, "conn", connection.id.number);
  append_json_protocol(out, connection.original.protocol);
  append_json_time(out, "first", summary.first);
  append_json_time(out, "last", summary.last);
  append_direction_json(out, "orig", connection.original, summary.original);
  append_direction_json(out, "reply", connection.reply, summary.reply);
  append_json_status(out, connection);
  append_json_number(out, "errors", summary.errors);
  if (summary.cause == DestroyCause::none) {
    append_json_null(out, "cause");
  } else {
    append_json_member(out, "cause", name(summary.cause));
  }
  if (summary.asks) append_json_queries(out, summary.queries);
  append(out, "}");
}

void append_ping_line(Buffer& out, const PingSummary& summary) {
  const Tuple& query = summary.query;
  append(out, "ping ");
  append_address(out, query.source, query.family);
  append(out, " > ");
  append_address(out, query.destination, query.family);
  append(out, " type={} code={} id={} ", query.icmp_type, query.icmp_code, query.icmp_id);
  append_times(out, summary.first, summary.last);
  append(out, " connections={} errors={} ", summary.connections, summary.queries.errors);
  append_queries(out, summary.queries);
}

void append_ping_json(Buffer& out, std::string_view file, const PingSummary& summary) {
  append_json_begin(out, "ping", file);
  append_json_time(out, "ts", summary.last);
  append_json_time(out, "first", summary.first);
  append_json_time(out, "last", summary.last);
  append_json_tuple(out, "query", summary.query);
  append_json_number(out, "connections", summary.connections);
  append_json_number(out, "errors", summary.queries.errors);
  append_json_queries(out, summary.queries);
  append(out, "}");
}

}  // namespace statewall
