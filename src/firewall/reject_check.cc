#include "firewall/reject_check.h"

#include "rules/topology.h"
#include "statewall/icmp.h"
#include "wire/checksum.h"

namespace statewall {
namespace {

constexpr std::uint8_t kEsp = 50, kAh = 51;
constexpr std::size_t kTcpHeader = 20;

using rules::Subject;
using rules::Topology;

bool to_many(const Subject& subject) {
  const Headers& headers = subject.headers();
  return Topology::is_multicast(headers.destination, headers.family) ||
         subject.topology->is_broadcast(headers.destination, headers.family);
}

/// Came as a broadcast or multicast of the link.
bool to_many_on_link(const Subject& subject) {
  return subject.ethernet && (subject.link_header.u8(0) & 1) != 0;
}

/// Is there a checksum over the whole payload that can be held against the packet? Kernels do not
/// ask whether GRE has one.
bool has_checksum(const Subject& subject) {
  switch (subject.headers().protocol) {
    case protocol::udp: return subject.transport.size() < 8 || subject.transport.u16(6) != 0;
    case protocol::gre:
    case kEsp:
    case kAh:
    case protocol::sctp:
    case protocol::udplite: return false;
    default: return true;
  }
}

/// The Internet checksum over the payload, and for TCP, UDP and all of IPv6 the pseudo header: the
/// kernel asks this of protocols, too, that have none of their own, before it answers.
bool checksum_good(const Subject& subject) {
  const Packet& packet = *subject.packet;
  const std::uint8_t number = packet.headers.protocol;
  if (packet.l4_checksum == Checksum::offloaded || packet.cut) return true;
  const bool pseudo = !subject.ipv4() || number == protocol::tcp || number == protocol::udp;
  const auto length = static_cast<std::uint32_t>(subject.transport.size());
  InternetSum sum =
      pseudo ? pseudo_header(packet.headers.source, packet.headers.destination, number, length)
             : InternetSum();
  sum.add(subject.transport);
  // Nothing but zeros is right where nothing else is summed.
  return sum.folded() == 0xffff || (!pseudo && sum.folded() == 0);
}

/// Kernels 2.4 look at UDP alone.
bool checksum_allows(const Subject& subject, bool modern) {
  if (!modern && subject.headers().protocol != protocol::udp) return true;
  return !has_checksum(subject) || checksum_good(subject);
}

/// ICMP that is, or might be, an error: no error answers it (RFC 1122 3.2.2).
bool is_error4(const Subject& subject) {
  if (subject.headers().protocol != protocol::icmp) return false;
  if (subject.transport.size() < 1) return true;
  const std::uint8_t type = subject.transport.u8(0);
  constexpr std::uint8_t kLastType = 18;
  return type > kLastType || (type >= 1 && type <= 7) || (type >= 9 && type <= 12);
}

bool is_error6(const Subject& subject) {
  if (subject.headers().protocol != protocol::icmpv6) return false;
  return subject.transport.size() < 1 || subject.transport.u8(0) < kIcmpv6FirstInformational;
}

bool has_options(const Subject& subject) { return (subject.ip.u8(0) & 15) > 5; }

bool is_unicast6(const Address& address) {
  return address != Address{} && !Topology::is_multicast(address, Family::ipv6);
}

}  // namespace

bool answers_reset(const Subject& subject) {
  const Headers& headers = subject.headers();
  if (headers.protocol != protocol::tcp || headers.fragment_offset != 0) return false;
  if (subject.transport.size() < kTcpHeader) return false;
  if ((subject.transport.u8(13) & tcp_flag::rst) != 0 || !checksum_good(subject)) return false;
  if (subject.ipv4()) return !to_many(subject);
  return is_unicast6(headers.source) && is_unicast6(headers.destination);
}

bool answers_error(const Subject& subject, bool modern) {
  const Headers& headers = subject.headers();
  if (headers.fragment_offset != 0 || to_many(subject) || to_many_on_link(subject)) return false;
  if (!subject.ipv4()) {
    return is_unicast6(headers.source) && subject.transport.size() > 0 && !is_error6(subject) &&
           checksum_allows(subject, modern);
  }
  if (!modern && has_options(subject)) return false;
  return !is_error4(subject) && checksum_allows(subject, modern);
}

}  // namespace statewall
