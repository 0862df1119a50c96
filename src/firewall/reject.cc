#include "firewall/reject.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "firewall/reject_check.h"
#include "rules/ipv6_headers.h"
#include "wire/build.h"
#include "wire/checksum.h"

namespace statewall {
namespace {

constexpr std::uint8_t kModernTtl = 64, kClassicTtl = 255;
constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40, kIcmpHeader = 8;
constexpr std::size_t kLongestIpv4Error = 576;

using Answer = std::span<std::uint8_t, kLongestAnswer>;

/// Where an error comes from.
Address own_address(const rules::Subject& subject) {
  const Headers& headers = subject.headers();
  const rules::Topology& topology = *subject.topology;
  if (topology.is_local(headers.destination, headers.family)) return headers.destination;
  const auto* local = topology.source_towards(headers.source, headers.family);
  return local ? local->address : headers.destination;
}

/// The packet as it is now, with what rules and the router changed, up to the length of `out`.
std::span<std::uint8_t> quote(std::span<std::uint8_t> out, const rules::Subject& subject) {
  const std::size_t length = std::min(out.size(), subject.ip.size());
  std::memcpy(out.data(), subject.ip.data(), length);
  if (!subject.ipv4()) {
    if (length >= kIpv6Header) {
      out[0] = static_cast<std::uint8_t>((out[0] & 0xf0) | subject.tos >> 4);
      out[1] = static_cast<std::uint8_t>((out[1] & 0x0f) | subject.tos << 4);
      out[7] = subject.ttl;
    }
    return out.first(length);
  }
  const std::size_t header = (subject.ip.u8(0) & 15u) * 4;
  if (length < header || (out[1] == subject.tos && out[8] == subject.ttl)) {
    return out.first(length);
  }
  out[1] = subject.tos;
  out[8] = subject.ttl;
  out[10] = out[11] = 0;
  InternetSum sum;
  sum.add(std::span<const std::uint8_t>(out.first(header)));
  out[10] = static_cast<std::uint8_t>(sum.checksum() >> 8);
  out[11] = static_cast<std::uint8_t>(sum.checksum());
  return out.first(length);
}

std::size_t write_error4(Answer out, const rules::RejectTarget& target,
                         const rules::Subject& subject, bool modern) {
  std::array<std::uint8_t, kLongestIpv4Error - kIpv4Header - kIcmpHeader> quoted;
  std::array<std::uint8_t, kLongestIpv4Error - kIpv4Header> message;
  const std::size_t length =
      build_icmp(message, target.icmp_type, target.icmp_code, 0, quote(quoted, subject));
  const Ipv4Fields ip{.source = own_address(subject),
                      .destination = subject.headers().source,
                      .protocol = protocol::icmp,
                      .ttl = modern ? kModernTtl : kClassicTtl,
                      .tos = static_cast<std::uint8_t>((subject.tos & 0x1e) | 0xc0)};
  return build_ipv4(out, ip, std::span(message).first(length));
}

std::size_t write_error6(Answer out, const rules::RejectTarget& target,
                         const rules::Subject& subject) {
  std::array<std::uint8_t, kLongestAnswer - kIpv6Header - kIcmpHeader> quoted;
  std::array<std::uint8_t, kLongestAnswer - kIpv6Header> message;
  const Ipv6Fields ip{.source = own_address(subject),
                      .destination = subject.headers().source,
                      .next_header = protocol::icmpv6,
                      .hop_limit = kModernTtl};
  const std::size_t length = build_icmpv6(message, ip.source, ip.destination, target.icmp_type,
                                          target.icmp_code, 0, quote(quoted, subject));
  return build_ipv6(out, ip, std::span(message).first(length));
}

/// A RST that the peer must take for one of the packet's receiver (RFC 9293 3.5.2). Where the data
/// offset lies beyond the packet the number wraps around, as in kernels.
TcpFields reset_for(const rules::Subject& subject) {
  const Bytes header = subject.transport;
  const std::uint8_t flags = header.u8(13);
  TcpFields reset{.source_port = header.u16(2),
                  .destination_port = header.u16(0),
                  .window = 0,
                  .flags = tcp_flag::rst};
  if ((flags & tcp_flag::ack) != 0) {
    reset.sequence = header.u32(8);
    return reset;
  }
  const auto flag = [&](std::uint8_t bit) { return (flags & bit) != 0 ? 1u : 0u; };
  const std::uint32_t payload = subject.packet->l4_length - (header.u8(12) >> 4) * 4u;
  reset.acknowledgement = header.u32(4) + payload + flag(tcp_flag::syn) + flag(tcp_flag::fin);
  reset.flags |= tcp_flag::ack;
  return reset;
}

std::size_t write_reset(Answer out, const rules::Subject& subject, bool modern) {
  const Headers& headers = subject.headers();
  std::array<std::uint8_t, 20> segment;
  const std::size_t length =
      build_tcp(segment, headers.destination, headers.source, reset_for(subject), {});
  const auto payload = std::span(segment).first(length);
  if (subject.ipv4()) {
    const Ipv4Fields ip{.source = headers.destination,
                        .destination = headers.source,
                        .protocol = protocol::tcp,
                        .ttl = modern ? kModernTtl : kClassicTtl,
                        .dont_fragment = true};
    return build_ipv4(out, ip, payload);
  }
  const Ipv6Fields ip{.source = headers.destination,
                      .destination = headers.source,
                      .next_header = protocol::tcp,
                      .hop_limit = kModernTtl};
  return build_ipv6(out, ip, payload);
}

}  // namespace

std::size_t write_answer(Answer out, const rules::RejectTarget& target,
                         const rules::Subject& subject, bool modern) {
  if (target.tcp_reset) {
    return answers_reset(subject) ? write_reset(out, subject, modern) : 0;
  }
  if (!answers_error(subject, modern)) return 0;
  return subject.ipv4() ? write_error4(out, target, subject, modern)
                        : write_error6(out, target, subject);
}

}  // namespace statewall
