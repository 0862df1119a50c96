#include "wire/build.h"

#include <algorithm>

#include "wire/build_layout.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

namespace statewall {

using build::Input;
using build::lay_out;
using build::Output;
using build::put16;
using build::put32;

namespace {

constexpr std::size_t kTcpMinHeader = 20, kUdpHeader = 8;
constexpr std::uint8_t kUdpLite = 136;

std::uint16_t transport_checksum(Output segment, const Address& source, const Address& destination,
                                 std::uint8_t protocol, std::size_t covered) {
  InternetSum sum =
      pseudo_header(source, destination, protocol, static_cast<std::uint32_t>(segment.size()));
  sum.add(Bytes(segment.first(covered)));
  return sum.checksum();
}

std::uint16_t transport_checksum(Output segment, const Address& source, const Address& destination,
                                 std::uint8_t protocol) {
  return transport_checksum(segment, source, destination, protocol, segment.size());
}

// 0 in the field would mean that there is none.
std::uint16_t never_zero(std::uint16_t checksum) { return checksum != 0 ? checksum : 0xffff; }

}  // namespace

std::size_t build_ipv4(Output out, const Ipv4Fields& fields, Input payload) {
  const Output packet = lay_out(out, kIpv4MinHeader, fields.options, payload);
  if (packet.empty()) return 0;
  const std::size_t header_length = packet.size() - payload.size();
  packet[0] = static_cast<std::uint8_t>(0x40 | header_length / 4);
  packet[1] = fields.tos;
  put16(packet, 2, packet.size());
  put16(packet, 4, fields.id);
  put16(packet, 6,
        std::size_t{fields.dont_fragment} << 14 | std::size_t{fields.more_fragments} << 13 |
            std::size_t{fields.fragment_offset} / 8);
  packet[8] = fields.ttl;
  packet[9] = fields.protocol;
  std::copy_n(fields.source.bytes.begin(), 4, packet.begin() + 12);
  std::copy_n(fields.destination.bytes.begin(), 4, packet.begin() + 16);
  InternetSum sum;
  sum.add(Bytes(packet.first(header_length)));
  put16(packet, 10, sum.checksum());
  return packet.size();
}

std::size_t build_ipv6(Output out, const Ipv6Fields& fields, Input payload) {
  const Output packet = lay_out(out, kIpv6Header, {}, payload);
  if (packet.empty()) return 0;
  put32(packet, 0,
        std::uint32_t{6} << 28 | std::uint32_t{fields.traffic_class} << 20 |
            (fields.flow_label & 0xfffff));
  put16(packet, 4, payload.size());
  packet[6] = fields.next_header;
  packet[7] = fields.hop_limit;
  std::ranges::copy(fields.source.bytes, packet.begin() + 8);
  std::ranges::copy(fields.destination.bytes, packet.begin() + 24);
  return packet.size();
}

std::size_t build_icmp(Output out, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                       Input payload) {
  const Output message = lay_out(out, kIcmpHeader, {}, payload);
  if (message.empty()) return 0;
  message[0] = type;
  message[1] = code;
  put32(message, 4, rest);
  InternetSum sum;
  sum.add(Bytes(message));
  put16(message, 2, sum.checksum());
  return message.size();
}

std::size_t build_icmpv6(Output out, const Address& source, const Address& destination,
                         std::uint8_t type, std::uint8_t code, std::uint32_t rest, Input payload) {
  const Output message = lay_out(out, kIcmpHeader, {}, payload);
  if (message.empty()) return 0;
  message[0] = type;
  message[1] = code;
  put32(message, 4, rest);
  put16(message, 2, transport_checksum(message, source, destination, protocol::icmpv6));
  return message.size();
}

std::size_t build_tcp(Output out, const Address& source, const Address& destination,
                      const TcpFields& fields, Input payload) {
  const Output segment = lay_out(out, kTcpMinHeader, fields.options, payload);
  if (segment.empty()) return 0;
  put16(segment, 0, fields.source_port);
  put16(segment, 2, fields.destination_port);
  put32(segment, 4, fields.sequence);
  put32(segment, 8, fields.acknowledgement);
  segment[12] = static_cast<std::uint8_t>((segment.size() - payload.size()) / 4 << 4);
  segment[13] = fields.flags;
  put16(segment, 14, fields.window);
  put16(segment, 18, fields.urgent);
  put16(segment, 16, transport_checksum(segment, source, destination, protocol::tcp));
  return segment.size();
}

std::size_t build_udp(Output out, const Address& source, const Address& destination,
                      std::uint16_t source_port, std::uint16_t destination_port, Input payload) {
  const Output datagram = lay_out(out, kUdpHeader, {}, payload);
  if (datagram.empty()) return 0;
  put16(datagram, 0, source_port);
  put16(datagram, 2, destination_port);
  put16(datagram, 4, datagram.size());
  put16(datagram, 6, never_zero(transport_checksum(datagram, source, destination, protocol::udp)));
  return datagram.size();
}

std::size_t build_udp_lite(Output out, const Address& source, const Address& destination,
                           std::uint16_t source_port, std::uint16_t destination_port,
                           std::uint16_t coverage, Input payload) {
  const Output datagram = lay_out(out, kUdpHeader, {}, payload);
  if (datagram.empty()) return 0;
  put16(datagram, 0, source_port);
  put16(datagram, 2, destination_port);
  put16(datagram, 4, coverage);
  const bool lawful = coverage >= kUdpHeader && coverage <= datagram.size();
  put16(datagram, 6,
        never_zero(transport_checksum(datagram, source, destination, kUdpLite,
                                      lawful ? coverage : datagram.size())));
  return datagram.size();
}

}  // namespace statewall
