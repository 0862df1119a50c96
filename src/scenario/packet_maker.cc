#include "scenario/packet_maker.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "scenario/packet_head.h"
#include "statewall/icmp.h"
#include "wire/build.h"

namespace statewall {
namespace {

// Of those below, TCP with its options. Around it goes IPv4 or IPv6.
constexpr std::size_t kLongestHeader = 60, kIpHeader = 40;
constexpr std::size_t kIpv6Header = 40;

std::size_t ip_header_length(const PacketBytes& packet) {
  if (packet.empty()) return 0;
  return packet[0] >> 4 == 6 ? kIpv6Header : std::size_t{packet[0] & 0xfU} * 4;
}

PacketBytes quote_of(const PacketSpec& packet, std::span<const PacketBytes> sent) {
  const PacketBytes& quoted = sent[packet.quoting - 1];
  const std::size_t most = packet.family == Family::ipv6 ? kMostQuoted6 : kMostQuoted;
  const std::size_t wanted = packet.cut ? ip_header_length(quoted) + *packet.cut : most;
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

using Out = std::span<std::uint8_t>;

std::size_t make_icmp(Out out, const PacketSpec& p, const PacketBytes& payload) {
  return build_icmp(out, p.icmp_type, p.icmp_code, p.icmp_rest, payload);
}

std::size_t make_icmp6(Out out, const PacketSpec& p, const PacketBytes& payload) {
  return build_icmpv6(out, p.source, p.destination, p.icmp_type, p.icmp_code, p.icmp_rest, payload);
}

std::size_t make_tcp(Out out, const PacketSpec& p, const PacketBytes& payload) {
  constexpr std::size_t kMostOptions = 40;
  PacketBytes options(2 * kMostOptions);  // all of them do not fit: none will be sent
  options.resize(build_tcp_options(options, {.mss = p.tcp_mss,
                                             .window_scale = p.tcp_window_scale,
                                             .sack_permitted = p.tcp_sack_permitted,
                                             .sack = p.tcp_sack}));
  if (options.size() > kMostOptions) options.resize(kMostOptions);
  return build_tcp(out, p.source, p.destination,
                   {.source_port = p.source_port,
                    .destination_port = p.destination_port,
                    .sequence = p.tcp_sequence,
                    .acknowledgement = p.tcp_acknowledgement,
                    .window = p.tcp_window,
                    .flags = p.tcp_flags,
                    .options = options},
                   payload);
}

std::size_t make_udp(Out out, const PacketSpec& p, const PacketBytes& payload) {
  return build_udp(out, p.source, p.destination, p.source_port, p.destination_port, payload);
}

std::size_t make_udp_lite(Out out, const PacketSpec& p, const PacketBytes& payload) {
  return build_udp_lite(out, p.source, p.destination, p.source_port, p.destination_port, p.coverage,
                        payload);
}

std::size_t make_sctp(Out out, const PacketSpec& p, const PacketBytes& payload) {
  constexpr std::size_t kLongestChunk = 28;
  constexpr std::uint8_t kData = 0, kWhole = 3;  // DATA that neither begins before nor goes on
  PacketBytes chunks(p.sctp_chunks.size() * kLongestChunk);
  std::size_t length = 0;
  for (const std::uint8_t type : p.sctp_chunks) {
    length += build_sctp_chunk(Out(chunks).subspan(length), type, type == kData ? kWhole : 0,
                               p.sctp_initiate_tag);
  }
  chunks.resize(length);
  chunks.insert(chunks.end(), payload.begin(), payload.end());
  return build_sctp(out, p.source_port, p.destination_port, p.sctp_tag, chunks);
}

std::size_t make_gre(Out out, const PacketSpec& p, const PacketBytes& payload) {
  return build_gre(out, p.gre, payload);
}

struct Maker {
  std::uint8_t protocol;
  std::size_t (*make)(Out, const PacketSpec&, const PacketBytes&);
  std::size_t checksum_at;  ///< 0: none that could be wrong
};
constexpr Maker kMakers[] = {
    {protocol::icmp, make_icmp, 2},
    {protocol::icmpv6, make_icmp6, 2},
    {protocol::tcp, make_tcp, 16},
    {protocol::udp, make_udp, 6},
    {kUdpLite, make_udp_lite, 6},
    {kSctp, make_sctp, 8},
    {kGre, make_gre, 0},
};

PacketBytes transport(const PacketSpec& packet, const PacketBytes& payload) {
  const Maker* maker = std::ranges::find(kMakers, packet.protocol, &Maker::protocol);
  if (packet.raw || maker == std::end(kMakers)) return payload;
  constexpr std::size_t kLongestChunks = 28;  // each
  PacketBytes out(payload.size() + kLongestHeader + packet.sctp_chunks.size() * kLongestChunks);
  out.resize(maker->make(out, packet, payload));
  if (packet.bad_checksum && out.size() > maker->checksum_at) spoil(out, maker->checksum_at);
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
  const PacketBytes message = transport(packet, payload_of(packet, sent));
  PacketBytes out(kIpHeader + message.size());
  if (packet.family == Family::ipv6) {
    out.resize(build_ipv6(out,
                          {.source = packet.source,
                           .destination = packet.destination,
                           .next_header = packet.protocol,
                           .hop_limit = packet.ttl},
                          message));
    return out;
  }
  const Ipv4Fields fields{.source = packet.source,
                          .destination = packet.destination,
                          .protocol = packet.protocol,
                          .ttl = packet.ttl,
                          .id = packet.ip_id,
                          .dont_fragment = packet.dont_fragment};
  out.resize(build_ipv4(out, fields, message));
  return out;
}

}  // namespace statewall
