#include "report/table_text.h"

#include <string_view>

#include "report/address_text.h"
#include "report/time_text.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

/// F2: kernels 2.4 know three protocols by name.
std::string_view old_protocol_name(std::uint8_t number) {
  switch (number) {
    case protocol::icmp: return "icmp";
    case protocol::tcp: return "tcp";
    case protocol::udp: return "udp";
    default: return "unknown";
  }
}

/// F9.
std::string_view protocol_name(std::uint8_t number) {
  switch (number) {
    case protocol::gre: return "gre";
    case protocol::icmpv6: return "icmpv6";
    case protocol::sctp: return "sctp";
    case protocol::udplite: return "udplite";
    default: return old_protocol_name(number);
  }
}

bool is_icmp(const Tuple& tuple) {
  return tuple.protocol == (tuple.family == Family::ipv6 ? protocol::icmpv6 : protocol::icmp);
}

std::string_view state_name(const Connection& connection) {
  const std::uint8_t number = connection.original.protocol;
  if (number == protocol::tcp) return name(connection.tcp_state);
  const bool sctp = number == protocol::sctp && connection.sctp_state != SctpState::none;
  return sctp ? name(connection.sctp_state) : std::string_view{};
}

/// How addresses of IPv6 are written.
enum class Groups : std::uint8_t { compressed, expanded };

void append_ip(Buffer& out, const Address& address, Family family, Groups groups) {
  if (family != Family::ipv6 || groups == Groups::compressed) {
    append_address(out, address, family);
    return;
  }
  for (std::size_t i = 0; i < address.bytes.size(); i += 2) {
    append(out, "{}{:02x}{:02x}", i == 0 ? "" : ":", address.bytes[i], address.bytes[i + 1]);
  }
}

void append_tuple(Buffer& out, const Tuple& tuple, Groups groups) {
  append(out, "src=");
  append_ip(out, tuple.source, tuple.family, groups);
  append(out, " dst=");
  append_ip(out, tuple.destination, tuple.family, groups);
  append(out, " ");
  if (is_icmp(tuple)) {
    append(out, "type={} code={} id={} ", tuple.icmp_type, tuple.icmp_code, tuple.icmp_id);
  } else if (protocol::has_ports(tuple.protocol)) {
    append(out, "sport={} dport={} ", tuple.source_port, tuple.destination_port);
  }
}

/// The tuples of kernels in use: GRE has its keys (F9).
void append_new_tuple(Buffer& out, const Tuple& tuple, Groups groups, const Connection& connection,
                      const Connection::Count& count) {
  append_tuple(out, tuple, groups);
  if (tuple.protocol == protocol::gre && connection.gre_timeout != 0) {
    append(out, "srckey=0x{:x} dstkey=0x{:x} ", tuple.source_port, tuple.destination_port);
  }
  if (connection.counted) append(out, "packets={} bytes={} ", count.packets, count.bytes);
}

void append_both_tuples(Buffer& out, const Connection& connection, Groups groups) {
  append_new_tuple(out, connection.original, groups, connection, connection.original_count);
  if (!(connection.status & status::seen_reply)) append(out, "[UNREPLIED] ");
  append_new_tuple(out, connection.reply, groups, connection, connection.reply_count);
  if (connection.status & status::assured) append(out, "[ASSURED] ");
}

/// "ipv4     2 ": the family by its name and by its number in Linux.
void append_family(Buffer& out, Family family) {
  append(out, family == Family::ipv6 ? "ipv6     10 " : "ipv4     2 ");
}

void append_new_head(Buffer& out, const Connection& connection, std::int64_t seconds) {
  const std::uint8_t number = connection.original.protocol;
  append(out, "{:<8} {} {} ", protocol_name(number), number, seconds);
  const std::string_view state = state_name(connection);
  if (!state.empty()) append(out, "{} ", state);
}

void append_old_line(Buffer& out, const Connection& connection, Nanoseconds now, bool tutorial) {
  const std::uint8_t number = connection.original.protocol;
  append(out, "{:<{}} {} ", old_protocol_name(number), tutorial ? 0 : 8, number);
  append(out, "{} ", seconds_left(connection, now));
  if (number == protocol::tcp) append(out, "{} ", name(connection.tcp_state));
  append_tuple(out, connection.original);
  if (!(connection.status & status::seen_reply)) append(out, "[UNREPLIED] ");
  append_tuple(out, connection.reply);
  if (connection.status & status::assured) append(out, "[ASSURED] ");
  append(out, tutorial ? "use=1" : "use=1 ");
}

/// The reader of /proc holds a reference of its own: `use` is 2 (F10).
void append_proc_line(Buffer& out, const Connection& connection, Nanoseconds now) {
  append_family(out, connection.original.family);
  append_new_head(out, connection, seconds_left(connection, now));
  if (connection.gre_timeout != 0) {
    append(out, "timeout={}, stream_timeout={} ", connection.gre_timeout,
           connection.gre_timeout_stream);
  }
  append_both_tuples(out, connection, Groups::expanded);
  append(out, "mark={} zone={} use=2", connection.mark, connection.zone);
}

void append_conntrack_line(Buffer& out, const Connection& connection, Nanoseconds now,
                           const ConntrackOutput& output) {
  if (output.extended) append_family(out, connection.original.family);
  append_new_head(out, connection, seconds_left(connection, now));
  append_both_tuples(out, connection, Groups::compressed);
  append(out, "mark={} ", connection.mark);
  if (connection.zone != 0) append(out, "zone={} ", connection.zone);
  append(out, "use=1");
  if (output.id) append(out, " id={}", connection.id.number);
}

/// Fields are followed by a space; the line ends without.
void drop_last_space(Buffer& out) {
  if (out.size() != 0 && out[out.size() - 1] == ' ') out.resize(out.size() - 1);
}

}  // namespace

void append_tuple(Buffer& out, const Tuple& tuple) { append_tuple(out, tuple, Groups::compressed); }

void append_table_protocol(Buffer& out, std::uint8_t number) {
  append(out, "{:<8} {} ", protocol_name(number), number);
}

std::int64_t seconds_left(const Connection& connection, Nanoseconds now) {
  if (connection.deadline <= now) return 0;
  constexpr auto second = static_cast<std::uint64_t>(kNanosecondsPerSecond);
  return static_cast<std::int64_t>(span_between(now, connection.deadline) / second);
}

void append_table_line(Buffer& out, const Connection& connection, Nanoseconds now,
                       TableFormat format, const ConntrackOutput& output) {
  switch (format) {
    case TableFormat::tutorial: append_old_line(out, connection, now, true); break;
    case TableFormat::ip_conntrack: append_old_line(out, connection, now, false); break;
    case TableFormat::nf_conntrack: append_proc_line(out, connection, now); break;
    case TableFormat::conntrack: append_conntrack_line(out, connection, now, output); break;
  }
}

std::string table_line(const Connection& connection, Nanoseconds now, TableFormat format,
                       const ConntrackOutput& output) {
  Buffer out;
  append_table_line(out, connection, now, format, output);
  return fmt::to_string(out);
}

void append_conntrack_event(Buffer& out, const Event& event, const ConntrackOutput& output) {
  const Connection& connection = event.connection;
  if (output.timestamp) {
    append(out, "[");
    append_seconds(out, event.time, 6);
    append(out, "]\t");
  }
  append(out, "{:>9} ", fmt::format("[{}]", name(event.kind)));
  if (output.extended) append_family(out, connection.original.family);
  const std::uint8_t number = connection.original.protocol;
  if (event.kind == EventKind::destroy) {
    append(out, "{:<8} {} ", protocol_name(number), number);
  } else {
    append_new_head(out, connection, seconds_left(connection, event.time));
  }
  append_both_tuples(out, connection, Groups::compressed);
  if (connection.mark != 0) append(out, "mark={} ", connection.mark);
  if (connection.zone != 0) append(out, "zone={} ", connection.zone);
  if (output.id) append(out, "id={} ", connection.id.number);
  drop_last_space(out);
}

}  // namespace statewall
