#include "report/table_text.h"

#include <string_view>

#include "report/address_text.h"
#include "report/time_text.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

/// F2: the table knows three protocols by name.
std::string_view protocol_name(std::uint8_t number) {
  switch (number) {
    case protocol::icmp: return "icmp";
    case protocol::tcp: return "tcp";
    case protocol::udp: return "udp";
    default: return "unknown";
  }
}

}  // namespace

void append_tuple(Buffer& out, const Tuple& tuple) {
  append(out, "src=");
  append_address(out, tuple.source, tuple.family);
  append(out, " dst=");
  append_address(out, tuple.destination, tuple.family);
  append(out, " ");
  switch (tuple.protocol) {
    case protocol::icmp:
      append(out, "type={} code={} id={} ", tuple.icmp_type, tuple.icmp_code, tuple.icmp_id);
      break;
    case protocol::tcp:
    case protocol::udp:
      append(out, "sport={} dport={} ", tuple.source_port, tuple.destination_port);
      break;
    default: break;
  }
}

void append_table_protocol(Buffer& out, std::uint8_t number) {
  append(out, "{:<8} {} ", protocol_name(number), number);
}

std::int64_t seconds_left(const Connection& connection, Nanoseconds now) {
  if (connection.deadline <= now) return 0;
  constexpr auto second = static_cast<std::uint64_t>(kNanosecondsPerSecond);
  return static_cast<std::int64_t>(span_between(now, connection.deadline) / second);
}

void append_table_line(Buffer& out, const Connection& connection, Nanoseconds now,
                       TableFormat format) {
  const bool tutorial = format == TableFormat::tutorial;
  const std::uint8_t number = connection.original.protocol;
  if (tutorial) {
    append(out, "{} {} ", protocol_name(number), number);
  } else {
    append_table_protocol(out, number);
  }
  append(out, "{} ", seconds_left(connection, now));
  if (number == protocol::tcp) append(out, "{} ", name(connection.tcp_state));
  append_tuple(out, connection.original);
  if (!(connection.status & status::seen_reply)) append(out, "[UNREPLIED] ");
  append_tuple(out, connection.reply);
  if (connection.status & status::assured) append(out, "[ASSURED] ");
  append(out, tutorial ? "use=1" : "use=1 ");
}

std::string table_line(const Connection& connection, Nanoseconds now, TableFormat format) {
  Buffer out;
  append_table_line(out, connection, now, format);
  return fmt::to_string(out);
}

}  // namespace statewall
