#include "wire/frame.h"

#include <algorithm>

#include "wire/checksum.h"
#include "wire/gre.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/link.h"
#include "wire/reading.h"
#include "wire/sctp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace statewall {
namespace {

// Offsets and lengths are told in 32 bits. No frame is longer.
constexpr std::size_t kMaxFrame = 0xffffffff;

WireError read_by_protocol(const Reading& reading, Bytes l4, Packet& packet) {
  const bool ipv6 = packet.headers.family == Family::ipv6;
  switch (packet.headers.protocol) {
    case protocol::tcp: return read_tcp(reading, l4, packet);
    case protocol::udp: return read_udp(reading, l4, packet);
    case protocol::sctp: return read_sctp(reading, l4, packet);
    case protocol::udplite: return read_udplite(reading, l4, packet);
    case protocol::gre: read_gre_key(l4, packet.headers); return WireError::none;
    case protocol::icmp: return ipv6 ? WireError::none : read_icmp(reading, l4, packet);
    case protocol::icmpv6: return ipv6 ? read_icmp(reading, l4, packet) : WireError::none;
    default: return WireError::none;
  }
}

// A first fragment may end anywhere, so its transport header is read but not judged; except as a
// host would that took it for the whole.
WireError read_transport(const Reading& reading, Packet& packet) {
  if (packet.l4_offset == 0) return WireError::none;
  const Bytes l4 = reading.frame.from(packet.l4_offset).first(packet.l4_present);
  const WireError error = read_by_protocol(reading, l4, packet);
  const bool lenient = packet.headers.fragment() && reading.mode != ChecksumMode::verify;
  return lenient ? WireError::none : error;
}

WireError read_link_layer(const Reading& reading, LinkType type, std::size_t offset,
                          Packet& packet) {
  const LinkHeader link = read_link(reading.frame.from(offset), type);
  packet.l3_offset = static_cast<std::uint32_t>(offset + link.length);
  packet.ethertype = link.ethertype;
  packet.vlan_tags = link.vlan_tags;
  packet.vlan = link.vlan;
  packet.cut = link.error == WireError::link_short && reading.wire_length > reading.frame.size();
  return link.error;
}

WireError read_layers(Reading& reading, LinkType link, std::size_t offset, Packet& packet) {
  const WireError error = read_link_layer(reading, link, offset, packet);
  if (error != WireError::none) return error;
  return packet.ethertype == ethertype::ipv6 ? read_ipv6(reading, packet)
                                             : read_ipv4(reading, packet);
}

}  // namespace

Reading begin_reading(std::span<const std::uint8_t> captured, std::size_t original_length,
                      ChecksumMode mode) {
  Reading reading;
  reading.frame = Bytes(captured).first(kMaxFrame);
  reading.wire_length = reading.frame.size();
  reading.mode = mode;
  if (mode != ChecksumMode::verify) {
    reading.wire_length = std::clamp(original_length, reading.wire_length, kMaxFrame);
  }
  return reading;
}

void read_at(Reading& reading, LinkType link, std::size_t offset, Packet& packet) {
  packet = Packet{};
  packet.error = read_layers(reading, link, offset, packet);
  if (packet.error == WireError::none) packet.error = read_transport(reading, packet);
}

Packet read_at(const Reading& reading, LinkType link, std::size_t offset) {
  Packet packet;
  Reading own = reading;
  read_at(own, link, offset, packet);
  return packet;
}

void internal::read_any_frame(std::span<const std::uint8_t> captured, LinkType link,
                              std::size_t original_length, ChecksumMode mode, Packet& packet) {
  Reading reading = begin_reading(captured, original_length, mode);
  read_at(reading, link, 0, packet);
}

Packet read_frame(std::span<const std::uint8_t> captured, LinkType link,
                  std::size_t original_length, ChecksumMode mode) {
  Packet packet;
  read_frame(captured, link, original_length, mode, packet);
  return packet;
}

Packet read_datagram(std::span<const std::uint8_t> packet, ChecksumMode mode) {
  Reading reading = begin_reading(packet, packet.size(), mode);
  reading.reassembled = true;
  return read_at(reading, LinkType::raw, 0);
}

Packet read_ip(std::span<const std::uint8_t> packet, ChecksumMode mode) {
  return read_frame(packet, LinkType::raw, packet.size(), mode);
}

}  // namespace statewall
