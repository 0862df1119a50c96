#include "report/packet_text.h"

#include <string_view>

#include "report/address_text.h"
#include "report/icmp_text.h"
#include "report/protocol_name.h"

namespace statewall {
namespace {

constexpr std::uint16_t kEthertypeIpv4 = 0x0800;
constexpr std::uint16_t kEthertypeIpv6 = 0x86dd;
constexpr std::uint32_t kUdpHeader = 8;

void append_end(Buffer& out, const Address& address, Family family, bool with_port,
                std::uint16_t port) {
  append_address(out, address, family);
  if (!with_port) return;
  out.push_back('.');
  append_number(out, port);
}

void append_ends(Buffer& out, const Headers& headers, bool ports) {
  append_end(out, headers.source, headers.family, ports, headers.source_port);
  append(out, " > ");
  append_end(out, headers.destination, headers.family, ports, headers.destination_port);
}

void append_field(Buffer& out, std::string_view name, std::uint32_t value) {
  append(out, name);
  append_number(out, value);
}

void append_tcp(Buffer& out, const TcpHeader& tcp) {
  append(out, "Flags [");
  append_tcp_flags(out, tcp.flags);
  append(out, "]");
  const bool counts = tcp.flags & (tcp_flag::syn | tcp_flag::fin | tcp_flag::rst);
  if (tcp.payload_length > 0 || counts) append_field(out, ", seq ", tcp.sequence);
  if (tcp.payload_length > 0) append_field(out, ":", tcp.sequence + tcp.payload_length);
  if (tcp.flags & tcp_flag::ack) append_field(out, ", ack ", tcp.acknowledgement);
  append_field(out, ", win ", tcp.window);
  append_field(out, ", length ", tcp.payload_length);
}

std::uint8_t icmp_of(Family family) {
  return family == Family::ipv6 ? protocol::icmpv6 : protocol::icmp;
}

/// A protocol that has no reader of its own, or whose header was not reached.
void append_protocol(Buffer& out, std::uint8_t number) {
  const std::string_view known = protocol_name(number);
  if (known.empty()) {
    append(out, "ip-proto-{}", number);
  } else {
    append(out, known);
  }
}

void append_transport(Buffer& out, const Packet& packet) {
  const std::uint8_t number = packet.headers.protocol;
  if (number == protocol::tcp) {
    append_tcp(out, packet.tcp);
    return;
  }
  std::uint32_t length = packet.l4_length;
  if (number == protocol::udp) {
    append(out, "UDP");
    length -= kUdpHeader;
  } else if (number == icmp_of(packet.headers.family)) {
    append_icmp(out, packet);
  } else {
    append_protocol(out, number);
  }
  append_field(out, ", length ", length);
}

std::uint32_t least_header(std::uint8_t number) {
  switch (number) {
    case protocol::tcp: return 20;
    case protocol::sctp: return 12;
    case protocol::udp:
    case protocol::udplite:
    case protocol::icmp:
    case protocol::icmpv6: return 8;
    default: return 0;
  }
}

void append_ip(Buffer& out, const Packet& packet) {
  const Headers& headers = packet.headers;
  const bool read = transport_read(packet);
  append_ends(out, headers, read && protocol::has_ports(headers.protocol));
  append(out, ": ");
  if (read) {
    append_transport(out, packet);
  } else {
    append_protocol(out, headers.protocol);
  }
  if (headers.fragment()) {
    append(out, ", frag ({}{})", headers.fragment_offset, headers.more_fragments ? "+" : "");
  }
}

void append_link(Buffer& out, std::uint16_t ethertype) {
  const std::string_view known = ethertype_name(ethertype);
  if (!known.empty()) {
    append(out, known);
  } else if (ethertype == 0) {
    append(out, "frame");
  } else {
    append(out, "ethertype 0x{:04x}", ethertype);
  }
}

}  // namespace

bool transport_read(const Packet& packet) {
  return packet.error == WireError::none && packet.l4_offset != 0 &&
         packet.l4_present >= least_header(packet.headers.protocol);
}

void append_tcp_flags(Buffer& out, std::uint8_t flags) {
  struct Letter {
    std::uint8_t flag;
    char letter;
  };
  constexpr Letter letters[] = {{tcp_flag::fin, 'F'}, {tcp_flag::syn, 'S'}, {tcp_flag::rst, 'R'},
                                {tcp_flag::psh, 'P'}, {tcp_flag::ack, '.'}, {tcp_flag::urg, 'U'},
                                {tcp_flag::ece, 'E'}, {tcp_flag::cwr, 'W'}};
  if (flags == 0) append(out, "none");
  for (const Letter& row : letters) {
    if (flags & row.flag) out.push_back(row.letter);
  }
}

void append_packet(Buffer& out, const Packet& packet) {
  const bool v6 = packet.ethertype == kEthertypeIpv6 || packet.headers.family == Family::ipv6;
  const bool v4 = packet.ethertype == kEthertypeIpv4 || packet.headers.family == Family::ipv4;
  if (!v4 && !v6) {
    append_link(out, packet.ethertype);
  } else {
    append(out, v6 ? "IP6" : "IP");
    if (packet.headers.family != Family::none) {
      append(out, " ");
      append_ip(out, packet);
    }
  }
  const WireError error = packet.error == WireError::none ? packet.quote.error : packet.error;
  if (error != WireError::none && error != WireError::not_ip) append(out, " [{}]", slug(error));
}

std::string packet_text(const Packet& packet) {
  Buffer out;
  append_packet(out, packet);
  return fmt::to_string(out);
}

}  // namespace statewall
