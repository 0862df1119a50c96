#include "scenario/transport_maker.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "scenario/packet_head.h"
#include "statewall/packet.h"
#include "wire/build.h"

namespace statewall {
namespace {

// Of those below, TCP with its options.
constexpr std::size_t kLongestHeader = 60;

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
                                             .has_timestamps = p.tcp_timestamps,
                                             .timestamp = p.tcp_timestamp,
                                             .timestamp_echo = p.tcp_timestamp_echo,
                                             .sack = p.tcp_sack}));
  if (!p.tcp_options.empty()) options = p.tcp_options;
  if (options.size() > kMostOptions) options.resize(kMostOptions);
  return build_tcp(out, p.source, p.destination,
                   {.source_port = p.source_port,
                    .destination_port = p.destination_port,
                    .sequence = p.tcp_sequence,
                    .acknowledgement = p.tcp_acknowledgement,
                    .window = p.tcp_window,
                    .flags = p.tcp_flags,
                    .urgent = p.tcp_urgent,
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

std::size_t make_esp(Out out, const PacketSpec& p, const PacketBytes& payload) {
  return build_esp(out, p.spi, p.esp_sequence, payload);
}

std::size_t make_igmp(Out out, const PacketSpec& p, const PacketBytes& payload) {
  return build_igmp(out, p.icmp_type, p.icmp_code, Address::ipv4(p.icmp_rest), payload);
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
    {kEsp, make_esp, 0},
    {kIgmp, make_igmp, 2},
};

}  // namespace

PacketBytes make_transport(const PacketSpec& packet, const PacketBytes& payload) {
  const Maker* maker = std::ranges::find(kMakers, packet.protocol, &Maker::protocol);
  if (packet.raw || maker == std::end(kMakers)) return payload;
  constexpr std::size_t kLongestChunks = 28;  // each
  PacketBytes out(payload.size() + kLongestHeader + packet.sctp_chunks.size() * kLongestChunks);
  out.resize(maker->make(out, packet, payload));
  if (packet.bad_checksum && out.size() > maker->checksum_at) spoil(out, maker->checksum_at);
  return out;
}

}  // namespace statewall
