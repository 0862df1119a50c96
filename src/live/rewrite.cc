#include "live/rewrite.h"

#include <algorithm>

#include "wire/build_layout.h"
#include "wire/bytes.h"
#include "wire/checksum.h"

namespace statewall {
namespace {

constexpr std::size_t kIpv4Ttl = 8, kIpv4Checksum = 10, kIpv6HopLimit = 7;

std::uint8_t tos_of(Bytes ip, Family family) {
  if (family == Family::ipv4) return ip.u8(1);
  return static_cast<std::uint8_t>(ip.u16(0) >> 4);
}

std::uint8_t ttl_of(Bytes ip, Family family) {
  return ip.u8(family == Family::ipv4 ? kIpv4Ttl : kIpv6HopLimit);
}

/// Where it stands in the transport header; 0: there is none that a card computes.
std::size_t checksum_field(std::uint8_t number) {
  switch (number) {
    case protocol::tcp: return 16;
    case protocol::udp: return 6;
    case protocol::icmpv6: return 2;
    default: return 0;
  }
}

}  // namespace

bool wants_rewriting(std::span<const std::uint8_t> ip, const Decision& decision) {
  if (decision.verdict != Verdict::accept) return false;
  return tos_of(ip, decision.family) != decision.tos || ttl_of(ip, decision.family) != decision.ttl;
}

void rewrite(std::span<std::uint8_t> ip, const Decision& decision) {
  if (decision.family == Family::ipv6) {
    const auto word = Bytes(ip).u16(0);
    build::put16(ip, 0, (word & 0xf00fU) | std::uint32_t{decision.tos} << 4);
    ip[kIpv6HopLimit] = decision.ttl;
    return;
  }
  ip[1] = decision.tos;
  ip[kIpv4Ttl] = decision.ttl;
  build::put16(ip, kIpv4Checksum, 0);
  InternetSum sum;
  sum.add(Bytes(ip).first(std::size_t{4} * (ip[0] & 0xfU)));
  build::put16(ip, kIpv4Checksum, sum.checksum());
}

void complete_checksum(std::span<std::uint8_t> ip, const Packet& packet) {
  const Headers& headers = packet.headers;
  const std::size_t field = checksum_field(headers.protocol);
  const std::size_t at = packet.l4_offset - packet.l3_offset;
  if (field == 0 || packet.l4_offset == 0 || headers.fragment()) return;
  const auto transport = ip.subspan(std::min(at, ip.size()));
  if (transport.size() < field + 2) return;
  build::put16(transport, field, 0);
  InternetSum sum = pseudo_header(headers.source, headers.destination, headers.protocol,
                                  static_cast<std::uint32_t>(transport.size()));
  sum.add(Bytes(transport));
  const std::uint16_t checksum = sum.checksum();
  const bool unset = headers.protocol == protocol::udp && checksum == 0;
  build::put16(transport, field, unset ? 0xffff : checksum);
}

}  // namespace statewall
