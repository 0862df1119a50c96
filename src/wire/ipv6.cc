#include "wire/ipv6.h"

#include <algorithm>

namespace statewall {
namespace {

constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kAuthentication = 51,
                       kDestination = 60;

// The length of an extension header, which its second byte tells; 0 if `kind` is no extension.
// Mobility, host identity and Shim6, which RFC 7045 counts among them, are protocols to trackers:
// nothing follows them that could be tracked. Behind ESP nothing can be read.
std::size_t extension_length(std::uint8_t kind, std::uint8_t second_byte) {
  switch (kind) {
    case kHopByHop:
    case kRouting:
    case kDestination: return (std::size_t{second_byte} + 1) * 8;
    case kAuthentication: return (std::size_t{second_byte} + 2) * 4;  // RFC 4302 2.2
    case kFragment: return 8;
    default: return 0;
  }
}

void read_fragment_header(Bytes extension, Headers& headers) {
  const std::uint16_t fragment = extension.u16(2);
  headers.more_fragments |= (fragment & 1) != 0;
  headers.fragment_offset = fragment & 0xfff8;
}

// A payload length of 0 in front of these is a jumbogram (RFC 2675) or was left to the network card
// together with the segmentation: of UDP by tunnels.
bool may_have_no_length(std::uint8_t next_header) {
  return next_header == protocol::tcp || next_header == protocol::udp || next_header == kHopByHop;
}

constexpr std::uint32_t kLeastJumbo = 65536;

// A jumbo payload length that can be: of a packet whose own length says 0, with as much behind its
// header (RFC 2675 3).
bool jumbo_sound(Bytes extension, std::size_t at, bool has_length, std::size_t room) {
  const std::uint32_t length = extension.u32(at + 2);
  return extension.u8(at + 1) == 4 && at % 4 == 2 && !has_length && length >= kLeastJumbo &&
         length <= room;
}

// Every node on the way reads the options of a hop-by-hop header, and discards a packet whose
// header or options do not fit (RFC 8200 4.3). `jumbo_room` is how much may follow the IPv6 header;
// 0 does not judge it.
bool hop_by_hop_sound(Bytes extension, bool has_length, std::size_t jumbo_room) {
  constexpr std::uint8_t kPad1 = 0, kJumbo = 194;
  const std::size_t length = extension_length(kHopByHop, extension.u8(1));
  if (extension.size() < length) return false;
  extension = extension.first(length);
  for (std::size_t at = 2; at < length;) {
    const std::uint8_t kind = extension.u8(at);
    const std::size_t option = kind == kPad1 ? 1 : std::size_t{extension.u8(at + 1)} + 2;
    if (option > length - at) return false;
    const bool jumbo = kind == kJumbo && jumbo_room != 0;
    if (jumbo && !jumbo_sound(extension, at, has_length, jumbo_room)) return false;
    at += option;
  }
  return true;
}

}  // namespace

void read_ipv6_fields(Bytes header, Headers& headers) {
  headers.family = Family::ipv6;
  headers.source = header.ipv6(8);
  headers.destination = header.ipv6(24);
  headers.protocol = header.u8(6);
  headers.ttl = header.u8(7);
}

bool is_ipv6_extension(std::uint8_t kind) { return extension_length(kind, 0) != 0; }

Ipv6Chain walk_ipv6_extensions(Bytes packet, Headers& headers) {
  Ipv6Chain chain;
  while (headers.fragment_offset == 0 && is_ipv6_extension(headers.protocol)) {
    const std::uint8_t kind = headers.protocol;
    const Bytes extension = packet.from(chain.end);
    const std::size_t length = extension_length(kind, extension.u8(1));
    if (extension.size() < length) chain.error = WireError::ipv6_extension_short;
    const bool first_fragment_header = kind == kFragment && !chain.fragment_header;
    if (first_fragment_header && extension.size() < length && chain.end <= packet.size()) {
      chain.fragment_short = packet.size() > kIpv6Header;
    }
    const std::size_t telling = kind == kFragment ? 4 : 2;
    if (extension.size() < telling) break;
    if (kind == kFragment) read_fragment_header(extension, headers);
    chain.fragment_header |= kind == kFragment;
    if (kind == kRouting && extension.u8(3) != 0) chain.source_routed = true;
    headers.protocol = extension.u8(0);
    chain.end += length;
  }
  // One that tells its transport, which is then too short, is let pass.
  const bool untold = is_ipv6_extension(headers.protocol) || headers.fragment_offset != 0;
  chain.fragment_short = chain.fragment_short && untold;
  return chain;
}

WireError read_ipv6(Reading& reading, Packet& packet) {
  const Bytes ip = reading.frame.from(packet.l3_offset);
  const std::size_t room = reading.wire_length - packet.l3_offset;
  if (ip.size() < kIpv6Header) {
    packet.cut = room > ip.size();
    return WireError::ipv6_short;
  }
  if (ip.u8(0) >> 4 != 6) return WireError::ipv6_version;
  read_ipv6_fields(ip, packet.headers);

  std::size_t length = kIpv6Header + ip.u16(4);
  const bool jumbogram = packet.headers.protocol == kHopByHop && room - kIpv6Header >= kLeastJumbo;
  packet.length_offloaded = length == kIpv6Header && room > kIpv6Header &&
                            may_have_no_length(packet.headers.protocol) &&
                            (reading.mode != ChecksumMode::verify || jumbogram);
  if (packet.length_offloaded) length = room;
  if (packet.headers.protocol == kHopByHop && !reading.reassembled) {
    const bool has_length = ip.u16(4) != 0;
    const std::size_t limit = has_length ? std::min(length, room) : room;
    const Bytes extension = ip.first(limit).from(kIpv6Header);
    packet.cut =
        ip.size() < limit && extension.size() < extension_length(kHopByHop, extension.u8(1));
    const bool strict = reading.mode == ChecksumMode::verify;
    if (!hop_by_hop_sound(extension, has_length, strict ? room - kIpv6Header : 0)) {
      return WireError::ipv6_hop_by_hop;
    }
  }
  if (length > room) return WireError::ipv6_truncated;
  packet.ip_length = static_cast<std::uint32_t>(length);

  const Bytes present = ip.first(length);
  packet.cut = present.size() < length;
  const Ipv6Chain chain = walk_ipv6_extensions(present, packet.headers);
  packet.fragment_header = chain.fragment_header;
  // Nobody reassembles, nor lets pass, what ends before a fragment header tells its offset.
  if (chain.fragment_short && !reading.reassembled) return WireError::ipv6_fragment_short;
  if (chain.error != WireError::none) return chain.error;

  reading.pseudo_header_known = !chain.source_routed;
  if (packet.headers.fragment_offset != 0) return WireError::none;
  packet.l4_offset = static_cast<std::uint32_t>(packet.l3_offset + chain.end);
  packet.l4_length = static_cast<std::uint32_t>(length - chain.end);
  packet.l4_present = static_cast<std::uint32_t>(present.size() - chain.end);
  return WireError::none;
}

}  // namespace statewall
