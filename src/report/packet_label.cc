#include "report/packet_label.h"

#include <string_view>

#include "report/icmp_text.h"
#include "report/packet_text.h"
#include "report/protocol_name.h"

namespace statewall {
namespace {

constexpr std::uint32_t kUdpHeader = 8;

struct Flag {
  std::uint8_t flag;
  std::string_view name;
};
constexpr Flag kFlags[] = {{tcp_flag::syn, "SYN"}, {tcp_flag::fin, "FIN"}, {tcp_flag::rst, "RST"},
                           {tcp_flag::ack, "ACK"}, {tcp_flag::psh, "PSH"}, {tcp_flag::urg, "URG"},
                           {tcp_flag::ece, "ECE"}, {tcp_flag::cwr, "CWR"}};

void append_protocol(Buffer& out, std::uint8_t number) {
  const std::string_view known = protocol_name(number);
  if (known.empty()) {
    append(out, "protocol {}", number);
  } else {
    append(out, known);
  }
}

void append_ports(Buffer& out, std::string_view protocol, const Headers& headers) {
  append(out, "{} {} > {}", protocol, headers.source_port, headers.destination_port);
}

void append_payload(Buffer& out, std::uint32_t bytes) {
  if (bytes > 0) append(out, ", {} {}", bytes, bytes == 1 ? "byte" : "bytes");
}

void append_tcp(Buffer& out, const Packet& packet) {
  append_ports(out, "TCP", packet.headers);
  for (const Flag& row : kFlags) {
    if (packet.tcp.flags & row.flag) append(out, " {}", row.name);
  }
  append_payload(out, packet.tcp.payload_length);
}

void append_transport(Buffer& out, const Packet& packet) {
  const bool v6 = packet.headers.family == Family::ipv6;
  const std::uint8_t number = packet.headers.protocol;
  if (number == protocol::tcp) {
    append_tcp(out, packet);
  } else if (number == protocol::udp) {
    append_ports(out, "UDP", packet.headers);
    append_payload(out, packet.l4_length - kUdpHeader);
  } else if (number == (v6 ? protocol::icmpv6 : protocol::icmp)) {
    append_icmp(out, packet);
  } else {
    append_protocol(out, number);
    append_payload(out, packet.l4_length);
  }
}

}  // namespace

void append_packet_label(Buffer& out, const Packet& packet) {
  if (transport_read(packet)) {
    append_transport(out, packet);
  } else {
    append_protocol(out, packet.headers.protocol);
  }
  if (packet.headers.fragment()) append(out, " fragment at {}", packet.headers.fragment_offset);
  const WireError error = packet.error == WireError::none ? packet.quote.error : packet.error;
  if (error != WireError::none) append(out, " [{}]", slug(error));
}

std::string packet_label(const Packet& packet) {
  Buffer out;
  append_packet_label(out, packet);
  return fmt::to_string(out);
}

}  // namespace statewall
