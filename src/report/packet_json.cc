#include "report/packet_json.h"

#include <string_view>

#include "report/decision_json.h"
#include "report/json.h"
#include "report/json_members.h"
#include "report/packet_text.h"
#include "report/reason_text.h"
#include "statewall/icmp.h"
#include "statewall/reason.h"

namespace statewall {
namespace {

void append_number_or_null(Buffer& out, std::string_view key, std::uint64_t number) {
  if (number == 0) {
    append_json_null(out, key);
  } else {
    append_json_number(out, key, number);
  }
}

void append_name_or_null(Buffer& out, std::string_view key, bool known, std::string_view text) {
  if (known) {
    append_json_member(out, key, text);
  } else {
    append(out, ",\"{}\":null", key);
  }
}

/// Do the bytes 4 to 7 of this message hold an identifier and a sequence number?
bool has_id(const Headers& headers) {
  const IcmpRole role = icmp_meaning(headers.family, headers.icmp_type).role;
  return role == IcmpRole::query || role == IcmpRole::reply;
}

void append_icmp(Buffer& out, const Headers& headers) {
  append(out, ",\"icmp\":{{\"type\":{},\"code\":{}", headers.icmp_type, headers.icmp_code);
  if (has_id(headers)) {
    append(out, ",\"id\":{},\"seq\":{}", headers.icmp_id, headers.icmp_sequence);
  }
  append(out, "}");
}

/// Who speaks to whom; the transport's fields only where they were read.
void append_headers(Buffer& out, const Headers& headers, bool transport) {
  append_json_protocol(out, headers.protocol);
  append_json_address(out, "src", headers.source, headers.family);
  append_json_address(out, "dst", headers.destination, headers.family);
  if (!transport) return;
  const bool v6 = headers.family == Family::ipv6;
  if (protocol::has_ports(headers.protocol)) {
    append_json_number(out, "sport", headers.source_port);
    append_json_number(out, "dport", headers.destination_port);
  } else if (headers.protocol == (v6 ? protocol::icmpv6 : protocol::icmp)) {
    append_icmp(out, headers);
  }
}

void append_tcp(Buffer& out, const TcpHeader& tcp) {
  append(out, ",\"tcp\":{\"flags\":\"");
  append_tcp_flags(out, tcp.flags);
  append(out, "\"");
  append_json_number(out, "seq", tcp.sequence);
  append_json_number(out, "ack", tcp.acknowledgement);
  append_json_number(out, "win", tcp.window);
  append(out, "}");
}

void append_fragment(Buffer& out, const Headers& headers) {
  append(out, ",\"fragment\":{{\"offset\":{},\"more\":{}}}", headers.fragment_offset,
         headers.more_fragments);
}

void append_quote(Buffer& out, const Quote& quote) {
  constexpr std::uint32_t ports = 4, icmp_header = 8;
  const Headers& headers = quote.headers;
  const bool is_icmp = headers.protocol == protocol::icmp || headers.protocol == protocol::icmpv6;
  const bool transport = quote.error == WireError::none && headers.fragment_offset == 0 &&
                         quote.l4_length >= (is_icmp ? icmp_header : ports);
  // The members come with a comma before each.
  append(out, ",\"quote\":{{\"length\":{}", quote.l4_length);
  append_headers(out, headers, transport);
  append(out, "}");
}

void append_ip(Buffer& out, const Packet& packet) {
  const Headers& headers = packet.headers;
  const bool transport = transport_read(packet);
  append_headers(out, headers, transport);
  append_json_number(out, "len", packet.ip_length);
  if (headers.fragment()) append_fragment(out, headers);
  if (transport && headers.protocol == protocol::tcp) append_tcp(out, packet.tcp);
  if (packet.has_quote && packet.quote.headers.family != Family::none) {
    append_quote(out, packet.quote);
  }
}

void append_faults(Buffer& out, const Packet& packet) {
  const WireError error = packet.error == WireError::none ? packet.quote.error : packet.error;
  if (error != WireError::none) append_json_member(out, "wire", slug(error));
  const Checksum checksum = packet.l4_checksum;
  if (checksum != Checksum::none && checksum != Checksum::good) {
    append_json_member(out, "checksum", name(checksum));
  }
}

void append_tunnels(Buffer& out, const InnerPath& path) {
  append(out, ",\"tunnels\":[");
  for (std::size_t i = 0; i < path.depth; ++i) {
    append(out, "{}{{\"tunnel\":\"{}\",\"id\":{}}}", i > 0 ? "," : "", name(path.levels[i].tunnel),
           path.levels[i].id);
  }
  append(out, "]");
}

void append_notes(Buffer& out, const FrameNotes& notes) {
  if (notes.interface) append_json_number(out, "interface", *notes.interface);
  if (!notes.interface_name.empty()) {
    append(out, ",\"interface_name\":");
    append_json_string(out, notes.interface_name);
  }
  if (notes.comments.empty()) return;
  const char* separator = ",\"comments\":[";
  for (const std::string_view comment : notes.comments) {
    append(out, std::string_view(separator));
    append_json_string(out, comment);
    separator = ",";
  }
  append(out, "]");
}

}  // namespace

void append_packet_json(Buffer& out, const PacketRecord& record) {
  const Observation& seen = record.observation;
  append_json_begin(out, "packet", record.file);
  append_json_number(out, "n", record.frame);
  append_json_time(out, "ts", record.time);
  append_name_or_null(out, "state", seen.state != State::none, name(seen.state));
  append_name_or_null(out, "direction", seen.direction != Direction::none, name(seen.direction));
  append_json_member(out, "reason", slug(seen.reason));
  append(out, ",\"text\":\"");
  append_reason(out, record.subject(), seen);
  append(out, "\"");
  append_number_or_null(out, "conn", seen.connection.number);
  append_number_or_null(out, "related_to", seen.related_to.number);
  if (seen.datagram != 0) append_json_number(out, "datagram", seen.datagram);
  if (record.packet.headers.family != Family::none) {
    append_ip(out, record.packet);
  } else if (record.packet.ethertype != 0) {
    append(out, ",\"ethertype\":{}", record.packet.ethertype);
  }
  if (record.packet.vlan_tags != 0) append(out, ",\"vlan\":{}", record.packet.vlan);
  if (record.path && record.path->depth > 0) append_tunnels(out, *record.path);
  if (record.notes) append_notes(out, *record.notes);
  append_faults(out, record.packet);
  if (record.decision) append_decision_members(out, *record.decision, *record.rulesets);
  append(out, "}");
}

}  // namespace statewall
