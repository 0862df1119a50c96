#include "wire/icmp.h"

#include "statewall/icmp.h"
#include "wire/checksum.h"
#include "wire/quote.h"

namespace statewall {
namespace {

constexpr std::size_t kRedirectHeader = 40, kRedirectedHeader = 8;

// Where the quote of a message begins; 0 if it has none.
std::size_t quote_offset(Bytes message, const Headers& headers, ChecksumMode mode) {
  if (icmp_meaning(headers.family, headers.icmp_type).role != IcmpRole::error) return 0;
  if (headers.fragment() && mode != ChecksumMode::verify) return 0;
  if (headers.family == Family::ipv4 || headers.icmp_type != kIcmpv6Redirect) return kIcmpHeader;
  // A redirect's is in an option (RFC 4861 4.6.3), which counts where it is the first (J5).
  const Bytes option = message.from(kRedirectHeader);
  constexpr std::uint8_t kKind = 4;
  return option.u8(0) == kKind && option.u8(1) != 0 ? kRedirectHeader + kRedirectedHeader : 0;
}

}  // namespace

void read_icmp_quote(Bytes message, Packet& packet) {
  packet.has_quote = true;
  read_ipv4_quote(message.from(kIcmpHeader), packet.quote);
}

WireError read_icmp(const Reading& reading, Bytes message, Packet& packet) {
  const bool ipv6 = packet.headers.family == Family::ipv6;
  read_icmp_fields(message, packet.headers);
  packet.l4_checksum = judge_transport(
      reading, packet, message, {.length = packet.l4_length, .field_at = 2, .pseudo_header = ipv6});
  if (message.size() < kIcmpHeader) return WireError::icmp_short;

  const std::size_t offset = quote_offset(message, packet.headers, reading.mode);
  packet.has_quote = offset != 0;
  if (packet.has_quote) {
    const Bytes quoted = message.from(offset);
    ipv6 ? read_ipv6_quote(quoted, packet.quote) : read_ipv4_quote(quoted, packet.quote);
  }
  return WireError::none;
}

}  // namespace statewall
