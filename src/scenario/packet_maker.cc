#include "scenario/packet_maker.h"

#include <algorithm>
#include <cstddef>

#include "scenario/transport_maker.h"
#include "statewall/icmp.h"
#include "statewall/packet.h"
#include "wire/build.h"

namespace statewall {
namespace {

// Each with room for its options.
constexpr std::size_t kMostIpHeader = 60;
constexpr std::size_t kIpv6Header = 40;

std::size_t ip_header_length(const PacketBytes& packet) {
  if (packet.empty()) return 0;
  return packet[0] >> 4 == 6 ? kIpv6Header : std::size_t{packet[0] & 0xfU} * 4;
}

PacketBytes quote_of(const PacketSpec& packet, std::span<const PacketBytes> sent) {
  const PacketBytes quoted =
      packet.quoted.empty() ? sent[packet.quoting - 1] : make_packet(packet.quoted[0], sent);
  const std::size_t most = packet.family == Family::ipv6 ? kMostQuoted6 : kMostQuoted;
  const std::size_t wanted = packet.cut ? ip_header_length(quoted) + *packet.cut : most;
  const auto length = static_cast<std::ptrdiff_t>(std::min(wanted, quoted.size()));
  return {quoted.begin(), quoted.begin() + length};
}

PacketBytes payload_of(const PacketSpec& packet, std::span<const PacketBytes> sent) {
  if (packet.quotes()) return quote_of(packet, sent);
  if (packet.payload) return *packet.payload;
  return PacketBytes(packet.length.value_or(usual_length(packet)));
}

// Puts the headers that stand before the transport's before its message; `protocol` becomes that of
// the first.
void add_extensions(const PacketSpec& packet, std::uint8_t& protocol, PacketBytes& message) {
  for (auto header = packet.extensions.rbegin(); header != packet.extensions.rend(); ++header) {
    message.insert(message.begin(), header->bytes.begin(), header->bytes.end());
    message[0] = protocol;
    protocol = header->protocol;
  }
}

PacketBytes make_whole(const PacketSpec& packet, std::span<const PacketBytes> sent) {
  PacketBytes message = make_transport(packet, payload_of(packet, sent));
  std::uint8_t protocol = packet.protocol;
  add_extensions(packet, protocol, message);
  PacketBytes out(kMostIpHeader + message.size());
  if (packet.family == Family::ipv6) {
    out.resize(build_ipv6(out,
                          {.source = packet.source,
                           .destination = packet.destination,
                           .next_header = protocol,
                           .hop_limit = packet.ttl,
                           .traffic_class = packet.tos,
                           .flow_label = packet.flow_label},
                          message));
    return out;
  }
  out.resize(build_ipv4(out,
                        {.source = packet.source,
                         .destination = packet.destination,
                         .protocol = protocol,
                         .ttl = packet.ttl,
                         .tos = packet.tos,
                         .id = static_cast<std::uint16_t>(packet.ip_id),
                         .dont_fragment = packet.dont_fragment,
                         .options = packet.ip_options},
                        message));
  return out;
}

}  // namespace

std::uint32_t usual_length(const PacketSpec& packet) {
  constexpr std::uint32_t kEcho = 56;
  constexpr std::uint8_t kEchoRequest6 = 128, kEchoReply6 = 129;
  if (packet.raw) return 0;
  if (packet.protocol == protocol::icmpv6) {
    const bool echo = packet.icmp_type == kEchoRequest6 || packet.icmp_type == kEchoReply6;
    return echo ? kEcho : 0;
  }
  if (packet.protocol != protocol::icmp) return 0;
  switch (icmp_meaning(packet.icmp_type).kind) {
    case QueryKind::echo: return kEcho;
    case QueryKind::timestamp: return 12;
    case QueryKind::address_mask: return 4;
    case QueryKind::information:
    case QueryKind::node_information:
    case QueryKind::none: break;
  }
  return 0;
}

PacketBytes make_packet(const PacketSpec& packet, std::span<const PacketBytes> sent) {
  if (!packet.bytes.empty()) return packet.bytes;
  PacketBytes whole = make_whole(packet, sent);
  if (!packet.fragment) return whole;
  return fragment_of(whole, *packet.fragment, packet.ip_id);
}

std::vector<PacketBytes> parts_sent(const PacketSpec& packet, const PacketBytes& made) {
  if (packet.fragment_size == 0) return {made};
  return fragments_of(made, packet.fragment_size, packet.ip_id);
}

}  // namespace statewall
