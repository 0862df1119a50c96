#include "wire/ipv6.h"

namespace statewall {
namespace {

constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kAuthentication = 51,
                       kDestination = 60, kMobility = 135, kHostIdentity = 139, kShim6 = 140;
constexpr std::size_t kMinExtension = 8;

// The length of an extension header, which its second byte tells; 0 if `kind` is no extension.
// Which are is in RFC 7045; behind ESP nothing can be read.
std::size_t extension_length(std::uint8_t kind, std::uint8_t second_byte) {
  switch (kind) {
    case kHopByHop:
    case kRouting:
    case kDestination:
    case kMobility:
    case kHostIdentity:
    case kShim6: return (std::size_t{second_byte} + 1) * 8;
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

}  // namespace

void read_ipv6_fields(Bytes header, Headers& headers) {
  headers.family = Family::ipv6;
  headers.source = header.ipv6(8);
  headers.destination = header.ipv6(24);
  headers.protocol = header.u8(6);
  headers.ttl = header.u8(7);
}

Ipv6Chain walk_ipv6_extensions(Bytes packet, Headers& headers) {
  Ipv6Chain chain;
  for (int count = 0; headers.fragment_offset == 0; ++count) {
    const std::uint8_t kind = headers.protocol;
    const Bytes extension = packet.from(chain.end);
    const std::size_t length = extension_length(kind, extension.u8(1));
    if (length == 0) break;
    if (count == kMaxIpv6Extensions) {
      chain.error = WireError::ipv6_extensions_many;
      break;
    }
    if (extension.size() < kMinExtension || extension.size() < length) {
      chain.error = WireError::ipv6_extension_short;
      break;
    }
    if (kind == kFragment) read_fragment_header(extension, headers);
    chain.fragment_header |= kind == kFragment;
    if (kind == kRouting && extension.u8(3) != 0) chain.source_routed = true;
    headers.protocol = extension.u8(0);
    chain.end += length;
  }
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
  packet.length_offloaded = length == kIpv6Header && room > kIpv6Header &&
                            may_have_no_length(packet.headers.protocol) &&
                            reading.mode != ChecksumMode::verify;
  if (packet.length_offloaded) length = room;
  if (length > room) return WireError::ipv6_truncated;
  packet.ip_length = static_cast<std::uint32_t>(length);

  const Bytes present = ip.first(length);
  packet.cut = present.size() < length;
  const Ipv6Chain chain = walk_ipv6_extensions(present, packet.headers);
  packet.fragment_header = chain.fragment_header;
  if (chain.error != WireError::none) return chain.error;

  reading.pseudo_header_known = !chain.source_routed;
  if (packet.headers.fragment_offset != 0) return WireError::none;
  packet.l4_offset = static_cast<std::uint32_t>(packet.l3_offset + chain.end);
  packet.l4_length = static_cast<std::uint32_t>(length - chain.end);
  packet.l4_present = static_cast<std::uint32_t>(present.size() - chain.end);
  return WireError::none;
}

}  // namespace statewall
