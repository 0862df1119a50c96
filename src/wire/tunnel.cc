#include "wire/tunnel.h"

#include <algorithm>
#include <iterator>

#include "wire/frame.h"
#include "wire/link.h"

namespace statewall {
namespace {

constexpr std::uint8_t kIpv4InIp = 4, kIpv6InIp = 41, kGre = 47;
constexpr std::uint16_t kVxlan = 4789, kVxlanOfLinux = 8472, kGeneve = 6081;
constexpr std::uint32_t kUdpHeader = 8;

std::optional<Inner> inside_udp(std::uint16_t port, Bytes payload) {
  switch (port) {
    case kVxlan:
    case kVxlanOfLinux: return inside_vxlan(payload);
    case kGeneve: return inside_geneve(payload);
    default: return {};
  }
}

std::optional<Inner> inside_protocol(const Headers& headers, Bytes l4) {
  switch (headers.protocol) {
    case kIpv4InIp: return Inner{.tunnel = Tunnel::ipip, .link = LinkType::ipv4};
    case kIpv6InIp: return Inner{.tunnel = Tunnel::sixin4, .link = LinkType::ipv6};
    case kGre: return inside_gre(l4);
    case protocol::udp: {
      auto inner = inside_udp(headers.destination_port, l4.from(kUdpHeader));
      if (inner) inner->offset += kUdpHeader;
      return inner;
    }
    default: return {};
  }
}

// The transport's own end: that of UDP may lie before that of IP.
std::uint32_t l4_end(const Packet& outer, Bytes l4) {
  const std::uint32_t udp = outer.headers.protocol == protocol::udp ? l4.u16(4) : 0;
  return udp >= kUdpHeader && udp < outer.l4_length ? udp : outer.l4_length;
}

// A tunnel may leave out the checksum of UDP over IPv6, too (RFC 6935).
bool is_damaged(const Packet& outer, Bytes l4) {
  const bool unset = outer.headers.protocol == protocol::udp && l4.u16(6) == 0;
  return outer.l4_checksum == Checksum::bad && !unset;
}

std::optional<Inner> inside_ip(Bytes frame, const Packet& outer) {
  if (outer.error != WireError::none || outer.headers.fragment()) return {};
  if (outer.l4_offset == 0) return {};
  const Bytes l4 = frame.from(outer.l4_offset).first(outer.l4_present);
  if (is_damaged(outer, l4)) return {};
  const std::uint32_t end = l4_end(outer, l4);
  auto inner = inside_protocol(outer.headers, l4.first(end));
  if (!inner || inner->offset >= end || inner->offset >= l4.size()) return {};
  inner->length = end - inner->offset;
  inner->offset += outer.l4_offset;
  return inner;
}

std::optional<Inner> inside_labels(Bytes frame, const Packet& outer) {
  auto inner = inside_mpls(frame.from(outer.l3_offset));
  if (!inner || outer.l3_offset + std::size_t{inner->offset} >= frame.size()) return {};
  inner->offset += outer.l3_offset;
  return inner;
}

std::optional<Inner> inside(Bytes frame, const Packet& outer) {
  const bool labels =
      outer.ethertype == ethertype::mpls || outer.ethertype == ethertype::mpls_upstream;
  return labels ? inside_labels(frame, outer) : inside_ip(frame, outer);
}

/// Leaves of the frame what ends with `inner`.
void enclose(Reading& reading, const Inner& inner) {
  if (inner.length == 0) return;
  reading.wire_length = std::size_t{inner.offset} + inner.length;
  reading.frame = reading.frame.first(reading.wire_length);
}

}  // namespace

std::string_view name(Tunnel tunnel) {
  constexpr std::string_view names[] = {"none",   "ipip",  "6in4",   "gre",
                                        "erspan", "vxlan", "geneve", "mpls"};
  static_assert(std::size(names) == static_cast<std::size_t>(Tunnel::count));
  return names[static_cast<std::size_t>(tunnel)];
}

std::optional<Inner> find_inner(std::span<const std::uint8_t> frame, const Packet& outer) {
  return inside(frame, outer);
}

Packet read_innermost(std::span<const std::uint8_t> captured, LinkType link,
                      std::size_t original_length, ChecksumMode mode, InnerPath* path) {
  Reading reading = begin_reading(captured, original_length, mode);
  Packet packet = read_at(reading, link, 0);
  Packet answer = packet;
  InnerPath way;
  std::uint8_t depth = 0;
  for (std::size_t level = 0; level < kMaxTunnels; ++level) {
    const auto inner = inside(reading.frame, packet);
    if (!inner) break;
    way.levels[level] = *inner;
    enclose(reading, *inner);
    packet = read_at(reading, inner->link, inner->offset);
    if (packet.headers.family == Family::none) continue;  // labels, perhaps
    answer = packet;
    depth = static_cast<std::uint8_t>(level + 1);
  }
  if (path != nullptr) {
    *path = {};
    std::copy_n(way.levels.begin(), depth, path->levels.begin());
    path->depth = depth;
  }
  return answer;
}

}  // namespace statewall
