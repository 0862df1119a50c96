#include "report/packet_tree.h"

#include <algorithm>

#include "report/address_text.h"
#include "report/icmp_text.h"
#include "report/packet_text.h"
#include "report/protocol_name.h"
#include "report/tcp_options_text.h"
#include "statewall/icmp.h"
#include "wire/bytes.h"

namespace statewall {
namespace {

struct LinkName {
  LinkType link;
  std::string_view name;
};
constexpr LinkName kLinks[] = {
    {LinkType::null, "BSD loopback"},
    {LinkType::ethernet, "Ethernet"},
    {LinkType::raw_bsd, "raw IP"},
    {LinkType::raw, "raw IP"},
    {LinkType::loop, "OpenBSD loopback"},
    {LinkType::linux_cooked, "Linux cooked"},
    {LinkType::ipv4, "raw IPv4"},
    {LinkType::ipv6, "raw IPv6"},
    {LinkType::linux_cooked_v2, "Linux cooked v2"},
};

void append_link(Buffer& out, LinkType link) {
  const auto* row = std::ranges::find(kLinks, link, &LinkName::link);
  if (row != std::end(kLinks)) {
    append(out, row->name);
  } else {
    append(out, "link type {}", static_cast<unsigned>(link));
  }
}

void append_mac(Buffer& out, Bytes mac) {
  const char* separator = "";
  for (std::size_t i = 0; i < 6; ++i) {
    append(out, "{}{:02x}", separator, mac.u8(i));
    separator = ":";
  }
}

TreeRow frame_row(const Packet& packet, Bytes bytes, LinkType link, std::size_t original_length) {
  Buffer out;
  append(out, "{} bytes", original_length);
  if (bytes.size() < original_length) append(out, ", {} of them captured", bytes.size());
  append(out, ", ");
  append_link(out, link);
  if (link == LinkType::ethernet && bytes.size() >= 12) {
    append(out, " ");
    append_mac(out, bytes.from(6));
    append(out, " > ");
    append_mac(out, bytes);
  }
  if (packet.vlan_tags != 0) append(out, ", VLAN {}", packet.vlan);
  if (packet.vlan_tags > 1) append(out, " (and {} tags inside)", packet.vlan_tags - 1);
  if (packet.headers.family == Family::none && packet.ethertype != 0) {
    const std::string_view known = ethertype_name(packet.ethertype);
    append(out, ", carries {} (0x{:04x})", known.empty() ? "ethertype" : known, packet.ethertype);
  }
  return {"frame", fmt::to_string(out)};
}

void append_protocol(Buffer& out, std::uint8_t number) {
  const std::string_view known = protocol_name(number);
  append(out, "proto {}", number);
  if (!known.empty()) append(out, " ({})", known);
}

void append_ends(Buffer& out, const Headers& headers) {
  append_address(out, headers.source, headers.family);
  append(out, " > ");
  append_address(out, headers.destination, headers.family);
}

void append_fragment(Buffer& out, const Headers& headers) {
  if (!headers.fragment()) return;
  append(out, ", fragment at byte {}{}", headers.fragment_offset,
         headers.more_fragments ? ", more follow" : ", the last");
}

void append_checksum(Buffer& out, Checksum checksum) {
  if (checksum != Checksum::none) append(out, ", checksum {}", name(checksum));
}

/// What only the bytes tell of an IPv4 header (RFC 791 3.1).
void append_ipv4_bytes(Buffer& out, Bytes header) {
  if (header.size() < 20) return;
  constexpr std::uint16_t dont_fragment = 0x4000;
  append(out, ", id {}", header.u16(4));
  if (header.u16(6) & dont_fragment) append(out, ", DF");
  if (header.u8(1) != 0) append(out, ", tos 0x{:02x}", header.u8(1));
  const unsigned words = header.u8(0) & 0x0f;
  if (words > 5) append(out, ", {} bytes of options", (words - 5) * 4);
}

TreeRow ip_row(const Packet& packet, Bytes bytes) {
  const Headers& headers = packet.headers;
  const bool v6 = headers.family == Family::ipv6;
  Buffer out;
  append_ends(out, headers);
  append(out, ", {} {}, length {}", v6 ? "hop limit" : "ttl", headers.ttl, packet.ip_length);
  if (packet.length_offloaded) append(out, " (left to the network card)");
  if (!v6) append_ipv4_bytes(out, bytes.from(packet.l3_offset));
  append_fragment(out, headers);
  append_checksum(out, packet.ip_checksum);
  return {v6 ? "IPv6" : "IPv4", fmt::to_string(out)};
}

TreeRow tcp_row(const Packet& packet, Bytes bytes) {
  const TcpHeader& tcp = packet.tcp;
  Buffer out;
  append(out, "{} > {}, flags [", packet.headers.source_port, packet.headers.destination_port);
  append_tcp_flags(out, tcp.flags);
  append(out, "], seq {}, ack {}, win {}", tcp.sequence, tcp.acknowledgement, tcp.window);
  append(out, ", {} bytes of data", tcp.payload_length);
  const Bytes segment = bytes.from(packet.l4_offset);
  append_tcp_options(out, segment.first(std::size_t{segment.u8(12)} / 16 * 4).from(20));
  append_checksum(out, packet.l4_checksum);
  return {"TCP", fmt::to_string(out)};
}

TreeRow udp_row(const Packet& packet) {
  constexpr std::uint32_t header = 8;
  Buffer out;
  append(out, "{} > {}, {} bytes of data", packet.headers.source_port,
         packet.headers.destination_port, packet.l4_length - header);
  append_checksum(out, packet.l4_checksum);
  return {"UDP", fmt::to_string(out)};
}

/// "type 3 code 1": with the names that iptables has for them, which one can write into a rule.
void append_icmp_type(Buffer& out, const Headers& headers) {
  append(out, "type {} code {}", headers.icmp_type, headers.icmp_code);
  const IcmpName* name = icmp_name(headers.icmp_type, headers.icmp_code);
  if (!name || name->iptables.empty()) name = icmp_name(headers.icmp_type);
  if (name && headers.family == Family::ipv4) {
    append(out, " {}", name->iptables.empty() ? name->iana : name->iptables);
  }
}

TreeRow icmp_row(const Packet& packet) {
  const Headers& headers = packet.headers;
  const bool v6 = headers.protocol == protocol::icmpv6;
  Buffer out;
  append_icmp_type(out, headers);
  Buffer words;
  append_icmp(words, packet);
  std::string_view said(words.data(), words.size());
  said.remove_prefix(v6 ? 7 : 5);  // "ICMP6, " or "ICMP "
  append(out, ": {}, {} bytes", said, packet.l4_length);
  append_checksum(out, packet.l4_checksum);
  return {v6 ? "ICMPv6" : "ICMP", fmt::to_string(out)};
}

bool is_icmp(const Headers& headers) {
  return headers.protocol == (headers.family == Family::ipv6 ? protocol::icmpv6 : protocol::icmp);
}

TreeRow transport_row(const Packet& packet, Bytes bytes) {
  const Headers& headers = packet.headers;
  if (!transport_read(packet)) {
    Buffer out;
    append_protocol(out, headers.protocol);
    append(out, headers.fragment_offset != 0 ? ", header in the first fragment" : ", not readable");
    return {"carries", fmt::to_string(out)};
  }
  if (headers.protocol == protocol::tcp) return tcp_row(packet, bytes);
  if (headers.protocol == protocol::udp) return udp_row(packet);
  if (is_icmp(headers)) return icmp_row(packet);
  Buffer out;
  append_protocol(out, headers.protocol);
  append(out, ", {} bytes", packet.l4_length);
  return {"carries", fmt::to_string(out)};
}

/// As far as the quote reaches.
void append_quoted_transport(Buffer& out, const Quote& quote) {
  const Headers& headers = quote.headers;
  const bool ports = protocol::has_ports(headers.protocol);
  const std::uint32_t needed = ports ? 4 : is_icmp(headers) ? 8 : 0;
  const std::string_view known = protocol_name(headers.protocol);
  if (known.empty()) {
    append(out, "; protocol {}", headers.protocol);
  } else {
    append(out, "; {}", known);
  }
  if (headers.fragment_offset == 0 && quote.l4_length >= needed) {
    if (ports) {
      append(out, " {} > {}", headers.source_port, headers.destination_port);
    } else if (is_icmp(headers)) {
      append(out, " ");
      append_icmp_type(out, headers);
      const IcmpRole role = icmp_meaning(headers.family, headers.icmp_type).role;
      if (role == IcmpRole::query || role == IcmpRole::reply) {
        append(out, ", id {}, seq {}", headers.icmp_id, headers.icmp_sequence);
      }
    }
  }
  append(out, "; {} bytes of it", quote.l4_length);
}

TreeRow quote_row(const Packet& packet) {
  const Headers& headers = packet.quote.headers;
  Buffer out;
  if (headers.family == Family::none) {
    append(out, "nothing that can be read");
    return {"quotes", fmt::to_string(out)};
  }
  append_ends(out, headers);
  append(out, ", ttl {}", headers.ttl);
  append_fragment(out, headers);
  if (packet.quote.error == WireError::none) append_quoted_transport(out, packet.quote);
  return {"quotes", fmt::to_string(out)};
}

void add_faults(std::vector<TreeRow>& rows, const Packet& packet) {
  constexpr std::string_view label = "wrong";
  for (const WireError error : {packet.error, packet.quote.error}) {
    if (error == WireError::none || error == WireError::not_ip) continue;
    rows.push_back({label, std::string(sentence(error)) + " [" + std::string(slug(error)) + "]"});
  }
  if (packet.l4_checksum == Checksum::bad) {
    rows.push_back({label, "has a wrong checksum behind its IP header"});
  }
  if (packet.cut) rows.push_back({"note", "the snap length of the capture cut the packet"});
  if (packet.l4_checksum == Checksum::offloaded) {
    rows.push_back({"note", "its checksum was left to the network card, and is not verified"});
  }
}

}  // namespace

std::vector<TreeRow> packet_tree(const Packet& packet, std::span<const std::uint8_t> frame,
                                 LinkType link, std::size_t original_length) {
  const Bytes bytes(frame);
  std::vector<TreeRow> rows{frame_row(packet, bytes, link, original_length)};
  if (packet.headers.family != Family::none) {
    rows.push_back(ip_row(packet, bytes));
    rows.push_back(transport_row(packet, bytes));
    if (packet.has_quote) rows.push_back(quote_row(packet));
  }
  add_faults(rows, packet);
  return rows;
}

}  // namespace statewall
