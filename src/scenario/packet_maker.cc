#include "scenario/packet_maker.h"

#include <algorithm>
#include <cstddef>

#include "statewall/icmp.h"
#include "wire/build.h"

namespace statewall {
namespace {

constexpr std::size_t kLongestHeader = 20;  // of those below, IPv4 and TCP
constexpr std::size_t kIpv4Header = 20;

PacketBytes quote_of(const PacketSpec& packet, std::span<const PacketBytes> sent) {
  const PacketBytes& quoted = sent[packet.quoting - 1];
  const std::size_t header = std::size_t{quoted[0] & 0xfU} * 4;
  const std::size_t wanted = packet.cut ? header + *packet.cut : kMostQuoted;
  const auto length = static_cast<std::ptrdiff_t>(std::min(wanted, quoted.size()));
  return {quoted.begin(), quoted.begin() + length};
}

PacketBytes payload_of(const PacketSpec& packet, std::span<const PacketBytes> sent) {
  if (packet.quoting != 0) return quote_of(packet, sent);
  return PacketBytes(packet.length.value_or(usual_length(packet)));
}

// Makes the checksum at this offset wrong, and for UDP not 0 either, which would mean that there is
// none. Two values that differ by one never sum up the same.
void spoil(PacketBytes& message, std::size_t offset) {
  std::uint8_t& low = message[offset + 1];
  const bool would_be_none = message[offset] == 0 && low == 1;
  low = would_be_none ? 2 : static_cast<std::uint8_t>(low ^ 1);
}

PacketBytes transport(const PacketSpec& packet, const PacketBytes& payload) {
  if (packet.raw) return payload;
  PacketBytes out(payload.size() + kLongestHeader);
  std::size_t length = 0;
  std::size_t checksum = 0;
  switch (packet.protocol) {
    case protocol::icmp:
      length = build_icmp(out, packet.icmp_type, packet.icmp_code, packet.icmp_rest, payload);
      checksum = 2;
      break;
    case protocol::udp:
      length = build_udp(out, packet.source, packet.destination, packet.source_port,
                         packet.destination_port, payload);
      checksum = 6;
      break;
    default:
      length = build_tcp(out, packet.source, packet.destination,
                         {.source_port = packet.source_port,
                          .destination_port = packet.destination_port,
                          .sequence = packet.tcp_sequence,
                          .acknowledgement = packet.tcp_acknowledgement,
                          .flags = packet.tcp_flags},
                         payload);
      checksum = 16;
      break;
  }
  out.resize(length);
  if (packet.bad_checksum) spoil(out, checksum);
  return out;
}

}  // namespace

std::uint32_t usual_length(const PacketSpec& packet) {
  if (packet.raw || packet.protocol != protocol::icmp) return 0;
  switch (icmp_meaning(packet.icmp_type).kind) {
    case QueryKind::echo: return 56;
    case QueryKind::timestamp: return 12;
    case QueryKind::address_mask: return 4;
    case QueryKind::information:
    case QueryKind::node_information:
    case QueryKind::none: break;
  }
  return 0;
}

PacketBytes make_packet(const PacketSpec& packet, std::span<const PacketBytes> sent) {
  const PacketBytes message = transport(packet, payload_of(packet, sent));
  PacketBytes out(kIpv4Header + message.size());
  const Ipv4Fields fields{.source = packet.source,
                          .destination = packet.destination,
                          .protocol = packet.protocol,
                          .ttl = packet.ttl};
  out.resize(build_ipv4(out, fields, message));
  return out;
}

}  // namespace statewall
