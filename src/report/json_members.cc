#include "report/json_members.h"

#include "report/address_text.h"
#include "report/json.h"
#include "report/protocol_name.h"
#include "report/time_text.h"

namespace statewall {
namespace {

void append_key(Buffer& out, std::string_view key) {
  append(out, ",\"");
  append(out, key);
  append(out, "\":");
}

}  // namespace

void append_json_begin(Buffer& out, std::string_view type) {
  append(out, "{{\"v\":{},\"type\":\"{}\"", kJsonVersion, type);
}

void append_json_begin(Buffer& out, std::string_view type, std::string_view file) {
  append_json_begin(out, type);
  append(out, ",\"file\":");
  append_json_string(out, file);
}

void append_json_time(Buffer& out, std::string_view key, Nanoseconds time) {
  append_key(out, key);
  append(out, "\"");
  append_seconds(out, time);
  append(out, "\"");
}

void append_json_member(Buffer& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  append(out, "\"");
  append(out, text);
  append(out, "\"");
}

void append_json_number(Buffer& out, std::string_view key, std::uint64_t number) {
  append_key(out, key);
  append_number(out, number);
}

void append_json_flag(Buffer& out, std::string_view key, bool value) {
  append(out, ",\"{}\":{}", key, value);
}

void append_json_null(Buffer& out, std::string_view key) { append(out, ",\"{}\":null", key); }

void append_json_protocol(Buffer& out, std::uint8_t number) {
  const std::string_view known = protocol_name(number);
  append_json_member(out, "proto", known.empty() ? "unknown" : known);
  append_json_number(out, "protonum", number);
}

void append_json_address(Buffer& out, std::string_view key, const Address& address, Family family) {
  append_key(out, key);
  append(out, "\"");
  append_address(out, address, family);
  append(out, "\"");
}

void append_json_open_tuple(Buffer& out, std::string_view key, const Tuple& tuple) {
  append(out, ",\"{}\":{{\"src\":\"", key);
  append_address(out, tuple.source, tuple.family);
  append(out, "\"");
  append_json_address(out, "dst", tuple.destination, tuple.family);
  if (tuple.protocol == (tuple.family == Family::ipv6 ? protocol::icmpv6 : protocol::icmp)) {
    append(out, ",\"icmp\":{{\"type\":{},\"code\":{},\"id\":{}}}", tuple.icmp_type, tuple.icmp_code,
           tuple.icmp_id);
  } else if (protocol::has_ports(tuple.protocol)) {
    append(out, ",\"sport\":{},\"dport\":{}", tuple.source_port, tuple.destination_port);
  } else if (tuple.protocol == protocol::gre && (tuple.source_port | tuple.destination_port) != 0) {
    append(out, ",\"srckey\":{},\"dstkey\":{}", tuple.source_port, tuple.destination_port);
  }
}

void append_json_tuple(Buffer& out, std::string_view key, const Tuple& tuple) {
  append_json_open_tuple(out, key, tuple);
  append(out, "}");
}

}  // namespace statewall
