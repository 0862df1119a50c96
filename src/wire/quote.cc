#include "wire/quote.h"

#include "wire/checksum.h"
#include "wire/gre.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

namespace statewall {
namespace {

constexpr std::size_t kPorts = 4;

void read_transport_fields(Bytes l4, std::uint8_t icmp_protocol, Headers& headers) {
  if (protocol::has_ports(headers.protocol) && l4.size() >= kPorts) {
    headers.source_port = l4.u16(0);
    headers.destination_port = l4.u16(2);
  }
  if (headers.protocol == protocol::gre) read_gre_key(l4, headers);
  if (headers.protocol == icmp_protocol && l4.size() >= kIcmpHeader) read_icmp_fields(l4, headers);
}

// What follows the quoted IP header. A later fragment has no transport header (C10).
void read_rest(Bytes l4, std::uint8_t icmp_protocol, Quote& quote) {
  quote.l4_length = static_cast<std::uint32_t>(l4.size());
  if (quote.headers.fragment_offset != 0) return;
  read_transport_fields(l4, icmp_protocol, quote.headers);
  if (quote.headers.protocol == protocol::tcp) quote.tcp_sequence = l4.u32(4);
}

}  // namespace

void read_ipv4_quote(Bytes quoted, Quote& quote) {
  if (quoted.size() < kIpv4MinHeader) {
    quote.error = WireError::quote_short;
    return;
  }
  read_ipv4_fields(quoted.whole(), quote.headers);
  read_ipv4_fragment(quoted.whole(), quote.headers);
  const std::size_t header_length = ipv4_header_length(quoted);
  if (header_length > quoted.size()) {
    quote.error = WireError::quote_options_short;
    return;
  }
  quote.ip_checksum = judge_checksum(quoted.first(header_length), header_length);
  read_rest(quoted.from(header_length), protocol::icmp, quote);
}

void read_ipv6_quote(Bytes quoted, Quote& quote) {
  if (quoted.size() < kIpv6Header) {
    quote.error = WireError::quote_short;
    return;
  }
  read_ipv6_fields(quoted, quote.headers);
  const Ipv6Chain chain = walk_ipv6_extensions(quoted, quote.headers);
  if (is_ipv6_extension(quote.headers.protocol) && quote.headers.fragment_offset == 0) {
    quote.error = WireError::quote_options_short;
    return;
  }
  read_rest(quoted.from(chain.end), protocol::icmpv6, quote);
}

}  // namespace statewall
