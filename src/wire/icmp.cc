#include "wire/icmp.h"

#include "statewall/icmp.h"
#include "wire/checksum.h"
#include "wire/quote.h"

namespace statewall {
namespace {

// RFC 4443 2.1 gives errors the types below 128; these are the assigned ones.
bool is_icmpv6_error(std::uint8_t type) { return type >= 1 && type <= 4; }

bool quotes(const Headers& headers) {
  if (headers.fragment()) return false;
  if (headers.family == Family::ipv6) return is_icmpv6_error(headers.icmp_type);
  return icmp_meaning(headers.icmp_type).role == IcmpRole::error;
}

}  // namespace

void read_icmp_fields(Bytes message, Headers& headers) {
  headers.icmp_type = message.u8(0);
  headers.icmp_code = message.u8(1);
  headers.icmp_id = message.u16(4);
  headers.icmp_sequence = message.u16(6);
}

WireError read_icmp(const Reading& reading, Bytes message, Packet& packet) {
  const bool ipv6 = packet.headers.family == Family::ipv6;
  read_icmp_fields(message, packet.headers);
  packet.l4_checksum = judge_transport(
      reading, packet, message, {.length = packet.l4_length, .field_at = 2, .pseudo_header = ipv6});
  if (message.size() < kIcmpHeader) return WireError::icmp_short;

  packet.has_quote = quotes(packet.headers);
  if (packet.has_quote) {
    const Bytes quoted = message.from(kIcmpHeader);
    packet.quote = ipv6 ? read_ipv6_quote(quoted) : read_ipv4_quote(quoted);
  }
  return WireError::none;
}

}  // namespace statewall
