#include <cstddef>
#include <cstring>
#include <type_traits>

#include "statewall/icmp.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/link.h"
#include "wire/tcp.h"
#include "wire/udp.h"

// What nearly every frame is: Ethernet without tags, and in it a whole IPv4 packet without options
// and no fragment, of ICMP, TCP or UDP, with right checksums. One look at all of that instead of a
// question at each step.

namespace statewall {
namespace {

constexpr std::size_t kEthernet = 14;

/// Makes it an empty one, which is all zeros; but what few packets have only where that one had it.
/// In two pieces, since of one the compiler makes a loop.
void clear(Packet& packet) {
  if (packet.has_quote || packet.headers.protocol == protocol::sctp) {
    packet.sctp = SctpHeader{};
    packet.quote = Quote{};
  }
  constexpr std::size_t kStep = 64;
  static_assert(std::is_trivially_copyable_v<Packet> && offsetof(Packet, sctp) > kStep &&
                offsetof(Packet, sctp) <= 2 * kStep);
  auto* const bytes = reinterpret_cast<unsigned char*>(&packet);
  std::memset(bytes, 0, kStep);
  std::memset(bytes + kStep, 0, offsetof(Packet, sctp) - kStep);
}

/// The sum over a segment and its pseudo header (see `pseudo_header`), whose addresses stand side
/// by side in the IP header.
inline InternetSum sum_with_pseudo_header(WholeBytes ip, std::uint8_t protocol, Bytes segment) {
  InternetSum sum;
  sum.add_8(ip.data() + 12);
  sum.add_word(protocol);
  sum.add_word(static_cast<std::uint16_t>(segment.size()));
  sum.add(segment);
  return sum;
}

// Each by itself, so that none saves registers for another.

bool read_icmp(Bytes message, Packet& packet) {
  if (message.size() < kIcmpHeader) return false;
  InternetSum sum;
  sum.add(message);
  if (!sum.right()) return false;
  read_icmp_fields(message, packet.headers);
  const IcmpMeaning meaning = icmp_meaning(Family::ipv4, packet.headers.icmp_type);
  if (meaning.role == IcmpRole::error) read_icmp_quote(message, packet);
  return true;
}

[[gnu::noinline]] bool read_tcp(WholeBytes ip, Bytes segment, Packet& packet) {
  if (segment.size() < kTcpMinHeader) return false;
  if (!sum_with_pseudo_header(ip, protocol::tcp, segment).right()) return false;
  packet.error = read_tcp_header(segment, packet);
  return true;
}

[[gnu::noinline]] bool read_udp(WholeBytes ip, Bytes datagram, Packet& packet) {
  if (datagram.size() < kUdpHeader || datagram.u16(4) != datagram.size()) return false;
  if (datagram.u16(kUdpChecksumAt) == 0) return false;
  if (!sum_with_pseudo_header(ip, protocol::udp, datagram).right()) return false;
  read_ports(datagram, packet.headers);
  return true;
}

}  // namespace

// Where it is not so, the readers of its layers say what it is, from the beginning.
bool internal::read_plain_frame(std::span<const std::uint8_t> frame, Packet& packet) {
  constexpr std::uint16_t kFragmentBits = 0x3fff;
  if (frame.size() < kEthernet + kIpv4MinHeader) return false;
  const WholeBytes ip(frame.data() + kEthernet);
  const std::size_t length = ip.u16(2);
  const bool whole = length >= kIpv4MinHeader && length <= frame.size() - kEthernet;
  if (WholeBytes(frame.data()).u16(12) != ethertype::ipv4 || ip.u8(0) != 0x45 || !whole ||
      (ip.u16(6) & kFragmentBits) != 0) {
    return false;
  }
  InternetSum sum;
  sum.add_20(ip.data());
  if (!sum.right()) return false;

  clear(packet);
  read_ipv4_fields(ip, packet.headers);
  packet.ethertype = ethertype::ipv4;
  packet.ip_checksum = Checksum::good;
  packet.l4_checksum = Checksum::good;
  packet.l3_offset = kEthernet;
  packet.l4_offset = kEthernet + kIpv4MinHeader;
  packet.ip_length = static_cast<std::uint32_t>(length);
  packet.l4_length = packet.l4_present = static_cast<std::uint32_t>(length - kIpv4MinHeader);

  Bytes l4(frame.subspan(kEthernet + kIpv4MinHeader, length - kIpv4MinHeader));
  switch (packet.headers.protocol) {
    case protocol::icmp: return read_icmp(l4, packet);
    case protocol::tcp: return read_tcp(ip, l4, packet);
    case protocol::udp: return read_udp(ip, l4, packet);
    default: return false;
  }
}

}  // namespace statewall
